//! The meanings of words next to a number or a value.

/// The meaning that a label, such as "password" or "phone", gives to the value next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Phone,
    Password,
    Pin,
    Code,
    Token,
    Header,
    Cookie,
    Id,
    Thing,
    Book,
}

/// A label, and whether a colon, an equals sign or a word such as "is" joins it with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Labelled {
    pub(super) label: Label,
    pub(super) is_joined: bool,
}

/// The meaning of the words on a line of `private_labels.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelKind {
    /// The words give the value next to them a meaning.
    Label(Label),
    /// The words may stand between a label and its value.
    Gap,
    /// The words precede a secret token in the path of a link.
    Link,
}

/// The kinds of lines of `private_labels.txt`, by the name that the file uses for each.
pub(super) const LABEL_KINDS: [(&str, LabelKind); 12] = [
    ("phone", LabelKind::Label(Label::Phone)),
    ("password", LabelKind::Label(Label::Password)),
    ("pin", LabelKind::Label(Label::Pin)),
    ("code", LabelKind::Label(Label::Code)),
    ("token", LabelKind::Label(Label::Token)),
    ("header", LabelKind::Label(Label::Header)),
    ("cookie", LabelKind::Label(Label::Cookie)),
    ("id", LabelKind::Label(Label::Id)),
    ("thing", LabelKind::Label(Label::Thing)),
    ("book", LabelKind::Label(Label::Book)),
    ("gap", LabelKind::Gap),
    ("link", LabelKind::Link),
];
