//! Ticket deflection: the help-center articles that answer a support ticket, or a reasoned silence.
