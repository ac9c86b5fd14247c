use super::*;

/// Cleans a plain text and asserts what is left.
fn check(text: &str, expected: &str) {
    let ticket = clean_ticket(None, Content::Text(text));
    assert_eq!(ticket.text(), expected, "{text}\n{ticket:?}");
}

#[test]
fn greetings_closings_and_signatures_go() {
    check(
        "Hi team,\n\nthe export fails since Monday.\n\nThanks,\nBo",
        "the export fails since Monday.",
    );
    check(
        "Merhaba,\nraporu indiremiyorum, hata veriyor.\n\nSaygılarımla\nAyşe Yılmaz\nMuhasebe",
        "raporu indiremiyorum, hata veriyor.",
    );
    check(
        "สวัสดีครับ เข้าสู่ระบบไม่ได้ตั้งแต่เมื่อวาน\n\nขอบคุณครับ\nสมชาย",
        "เข้าสู่ระบบไม่ได้ตั้งแต่เมื่อวาน",
    );
    check(
        "Hello, good morning! I cannot open the invoice page",
        "I cannot open the invoice page",
    );
    check(
        "Hi I can't open, please, the invoice page",
        "Hi I can't open, please, the invoice page",
    );
    check(
        "Cannot open the invoice page.\n-- \nBo Li\nACME Ltd.",
        "Cannot open the invoice page.",
    );
    check(
        "Cannot open the invoice page.\n\nBo Li\nACME\nTel: +49 30 1234567\nwww.acme.example",
        "Cannot open the invoice page.",
    );
    check(
        "Cannot open the invoice page.\nThanks\nError code: BRV-4102",
        "Cannot open the invoice page.\nThanks\nError code: BRV-4102",
    );
}

#[test]
fn quotes_go_and_what_is_written_between_them_stays() {
    check(
        "It still fails with the new version.\n\nOn Mon, 5 Mar 2024 at 10:22, Support <help@acme.com> wrote:\n> Please try the new version\n> Bo",
        "It still fails with the new version.",
    );
    check(
        "On 5 March, Bo wrote:\n> Did you try the new version?\n\nYes, and the export still fails there.",
        "Yes, and the export still fails there.",
    );
    check(
        "> Did you try it?\nYes, it fails the same way.\n> Which browser?\nFirefox on Windows here.",
        "Yes, it fails the same way.\nFirefox on Windows here.",
    );
    check(
        "Es geht immer noch nicht mit Firefox.\n\nVon: Support <help@acme.com>\nGesendet: Montag, 4. März 2024 10:22\nAn: Bo\nBetreff: AW: Login\n\nBitte neu starten.",
        "Es geht immer noch nicht mit Firefox.",
    );
    check(
        "It still fails here today.\n\n-----Original Message-----\nFrom: A\nSent: Monday\nSubject: x\n\nold text here",
        "It still fails here today.",
    );
}

#[test]
fn a_forwarded_question_stays() {
    check(
        "See below.\n\n---------- Forwarded message ---------\nFrom: Ann <ann@acme.com>\nDate: Mon, 5 Mar 2024\nSubject: Invoice\nTo: <bo@acme.com>\n\nWhere can I download my invoice?\n\nAnn",
        "See below.\n\nWhere can I download my invoice?\n\nAnn",
    );
    let ticket = clean_ticket(
        Some("WG: Rechnung"),
        Content::Text(
            "Von: Ann\nGesendet: Montag\nAn: Bo\nBetreff: Rechnung\n\nWo finde ich meine letzte Rechnung?",
        ),
    );
    assert_eq!(ticket.text(), "Wo finde ich meine letzte Rechnung?");
    assert_eq!(ticket.subject(), "Rechnung");
}

#[test]
fn personal_data_is_masked_and_codes_stay() {
    check(
        "Mail bo.li+x@acme.co.uk about order 4711-0815 please",
        "Mail [email] about order 4711-0815 please",
    );
    check(
        "call +90 532 123 45 67 or (555) 123-4567 tomorrow",
        "call [phone] or [phone] tomorrow",
    );
    check(
        "card 4111 1111 1111 1111 was charged on 05.03.2024 10:22",
        "card [card] was charged on 05.03.2024 10:22",
    );
    check(
        "refund to DE89 3704 0044 0532 0130 00 please quickly",
        "refund to [iban] please quickly",
    );
    check(
        "from 192.168.1.20 and 2001:db8::ff00:42:8329 with version 10.0.0.1 today",
        "from [ip] and [ip] with version 10.0.0.1 today",
    );
    check(
        "customer 1234567890 got BRV-4102, ERR_CONN-42, 0x80070057, v2.4.1",
        "customer [number] got BRV-4102, ERR_CONN-42, 0x80070057, v2.4.1",
    );
}

#[test]
fn a_number_is_judged_by_its_form_and_by_the_words_in_front_of_it() {
    for (text, expected) in [
        (
            "ring 06.12.34.56.78 or 01-23-45-67-89 please",
            "ring [phone] or [phone] please",
        ),
        (
            "since 06.12.24 and 01.02.2024 10.22 it fails",
            "since 06.12.24 and 01.02.2024 10.22 it fails",
        ),
        (
            "my phone 555-0123 gets no text",
            "my phone [phone] gets no text",
        ),
        (
            "my order 555-0123 gets no text",
            "my order 555-0123 gets no text",
        ),
        (
            "card 4111_1111_1111_1111 12/27 fails twice",
            "card [card] 12/27 fails twice",
        ),
        (
            "refund DE89-3704-0044-0532-0130-00 to me",
            "refund [iban] to me",
        ),
        (
            "number 219-09-9999 is refused by the form",
            "number [id] is refused by the form",
        ),
        (
            "error -2147467259 and 0x80070005 at start",
            "error -2147467259 and 0x80070005 at start",
        ),
        (
            "ISBN 9783161484100 and 9783161484100 differ",
            "ISBN 9783161484100 and [number] differ",
        ),
        (
            "numbers ௯௮௭௬௫ ௪௩௨௧௦ and ９８７６５　４３２１０ ring",
            "numbers [phone] and [phone] ring",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn credentials_are_masked_and_questions_about_them_stay() {
    let body = "a1B2".repeat(10);
    for (text, expected) in [
        (
            format!("the key ghp_{body} is refused"),
            "the key [secret] is refused",
        ),
        (
            format!("we send Authorization: Bearer {body} each time"),
            "we send Authorization: Bearer [secret] each time",
        ),
        (
            format!("the link https://acme.com/a?token={body}&page=2 fails"),
            "the link https://acme.com/a?token=[secret]&page=2 fails",
        ),
        (
            "clone https://bo:pw1@acme.com/x fails today".to_owned(),
            "clone https://[secret]@acme.com/x fails today",
        ),
        (
            "my Passwort: Hund77! is refused today".to_owned(),
            "my Passwort: [secret] is refused today",
        ),
        (
            "482913 is your verification code but fails".to_owned(),
            "[secret] is your verification code but fails",
        ),
        (
            "I am 1000% sure that my password is 1000% right".to_owned(),
            "I am 1000% sure that my password is 1000% right",
        ),
        (
            "Password: how can I change it?".to_owned(),
            "Password: how can I change it?",
        ),
        (
            "the error code is 482913 at the start".to_owned(),
            "the error code is 482913 at the start",
        ),
    ] {
        check(&text, expected);
        let ticket = clean_ticket(Some(&text), Content::Text(""));
        assert_eq!(ticket.subject(), expected, "as a subject");
    }
    check(
        &format!(
            "it fails with\n-----BEGIN RSA PRIVATE KEY-----\n{body}\n{body}\nand this is the end of it"
        ),
        "it fails with\n[secret]\nand this is the end of it",
    );
}

#[test]
fn logs_traces_and_links_are_reduced() {
    check(
        "Sync stops with this log:\n2024-03-05 10:22:31 INFO Starting sync\n2024-03-05 10:22:32 INFO Connecting\n2024-03-05 10:22:33 ERROR Connection refused ERR_CONN-42\n2024-03-05 10:22:34 INFO Stopped\nWhat can I do?",
        "Sync stops with this log:\nConnection refused ERR_CONN-42\nWhat can I do?",
    );
    check(
        "App crashes on start:\njava.lang.NullPointerException: name is null\n\tat com.acme.Foo.bar(Foo.java:12)\n\tat com.acme.Main.main(Main.java:5)\nCaused by: java.io.IOException: disk full E-99\n\t... 2 more",
        "App crashes on start:\njava.lang.NullPointerException: name is null\nCaused by: java.io.IOException: disk full E-99",
    );
    check(
        "The page https://acme.com/help/billing?utm_source=mail&utm_id=7 does not load",
        "The page https://acme.com/help/billing does not load",
    );
}

#[test]
fn too_little_left_falls_back() {
    let ticket = clean_ticket(
        Some("Re: x"),
        Content::Text("> Where can I download my last invoice?\n> Ann"),
    );
    assert_eq!(ticket.fallback(), Some(Fallback::Quoted));
    assert!(
        ticket
            .text()
            .contains("Where can I download my last invoice?")
    );
}

#[test]
fn what_looks_like_boilerplate_but_is_the_question_stays() {
    for question in [
        "How do I unsubscribe from the weekly newsletter?",
        "Bu e-posta bana neden sürekli geliyor, nasıl durdururum?",
        "Este e-mail é verdadeiro ou alguém está tentando me enganar?",
        "Why does the app say that this e-mail is confidential?",
        "Wie ändere ich den Geschäftsführer im Handelsregister-Formular?",
        "เรียนภาษาอังกฤษในคอร์สไหนดีสำหรับผู้เริ่มต้น",
        "Look at https://acme.example/help/how-to-reset-the-password-of-a-shared-mailbox please",
        "Opening hours 15.04 15.10 are wrong on the start page",
        "The proxy listens on 127.0.0.1 and 0.0.0.0 only",
        "Please help:\nhttps://acme.example/questions/1\nhttps://acme.example/questions/2",
        "From: London\nTo: Paris\nDate: 12 May\nThe ticket machine printed no receipt.",
        "Subject line of my mails is empty\nFrom: field shows the wrong name",
        "Hello World plugin crashes the editor at start",
    ] {
        check(question, question);
    }
}

/// Cleans an HTML page and asserts what is left.
fn check_html(html: &str, expected: &str) {
    let ticket = clean_ticket(None, Content::Html(html));
    assert_eq!(ticket.text(), expected, "{html}");
}

#[test]
fn a_quotation_of_the_sender_stays() {
    let own = "What the display says here:\n\nPaper jam in tray two, error P-204\n\nWhat else can we try?";
    for quotation in [
        "<blockquote>Paper jam in tray two, error P-204</blockquote>",
        "<blockquote class='gmail_quote' style='margin:0 0 0 40px;border:none'>Paper jam in tray two, error P-204</blockquote>",
        "<blockquote style='margin: 0 0 0 40px; border: none'><pre>Paper jam in tray two, error P-204</pre></blockquote>",
        "<blockquote><blockquote>Paper jam in tray two, error P-204</blockquote></blockquote>",
    ] {
        check_html(
            &format!("<p>What the display says here:</p>{quotation}<p>What else can we try?</p>"),
            own,
        );
    }
    check_html(
        "<blockquote>Paper jam in tray two, error P-204</blockquote><p>What else can we try here?</p>",
        "Paper jam in tray two, error P-204\n\nWhat else can we try here?",
    );
    check(
        "The display says:\n> Paper jam in tray two, error P-204\nWhat else can we try?",
        "The display says:\nPaper jam in tray two, error P-204\nWhat else can we try?",
    );
    check(
        "Since today the display says:\n\n> Paper jam in tray two, error P-204",
        "Since today the display says:\n\nPaper jam in tray two, error P-204",
    );
}

#[test]
fn a_quote_of_a_mail_program_goes() {
    let own = "It still fails with the new cable.";
    for quote in [
        "<blockquote type='cite'>Please try the other cable.</blockquote>",
        "<p>On 5 March 2024 at 10:22, Bo &lt;bo@acme.com&gt; wrote:</p><blockquote>Please try the other cable.</blockquote>",
        "<div class='gmail_quote'><div class='gmail_attr'>On Mon, Bo wrote:</div>\
         <blockquote class='gmail_quote'>Please try the other cable.</blockquote></div>",
        "<blockquote>On 5 March 2024 at 10:22, Bo &lt;bo@acme.com&gt; wrote:<br>Please try the other cable.</blockquote>",
        "<hr><p>From: Bo &lt;bo@acme.com&gt;<br>Sent: Monday 10:22<br>To: Ann<br>Subject: x</p><blockquote>Please try it.</blockquote>",
    ] {
        check_html(&format!("<p>{own}</p>{quote}"), own);
    }
}

/// Cleans a mail; returns its text and whether a machine wrote it.
fn clean_mail(mail: &str) -> (String, bool) {
    let mail = mail.replace('\n', "\r\n");
    let ticket = clean_ticket(None, Content::Email(mail.as_bytes()));
    (ticket.text().to_owned(), ticket.is_machine_written())
}

#[test]
fn mail_of_machines_is_told_from_that_of_people() {
    const BODY: &str = "\n\nI cannot print invoices since Monday.";
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=\"a@example.com\"",
        "X-Autoreply: yes",
        "Precedence: auto_reply",
        "Precedence: bulk",
        "Return-Path: <>",
        "X-Failed-Recipients: a@example.com",
        "Subject: Automatic reply: Invoice 12",
        "Subject: Abwesenheitsnotiz: Rechnung",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_:_facture?=",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nEND:VEVENT",
    ] {
        assert!(clean_mail(&format!("{header}{BODY}")).1, "{header}");
    }
    for header in [
        "Auto-Submitted: no",
        "Precedence: list",
        "Return-Path: <a@example.com>",
        "Subject: Re: Automatic reply: Invoice 12",
        "Subject: Automatic reply does not work",
        "X-Auto-Response-Suppress: All",
        "Content-Type: text/plain",
    ] {
        let (text, is_machine_written) = clean_mail(&format!("{header}{BODY}"));
        assert!(!is_machine_written, "{header}");
        assert_eq!(text, "I cannot print invoices since Monday.");
    }
}

#[test]
fn an_invitation_gives_its_description_where_there_is_no_other_text() {
    let calendar = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
        SUMMARY:Printer in room twelve\nDESCRIPTION:It shows error P-204 since\n  Monday.\\nCan you come?\nEND:VEVENT\nEND:VCALENDAR\n";
    let (text, is_machine_written) = clean_mail(calendar);
    assert_eq!(
        text,
        "Printer in room twelve\n\nIt shows error P-204 since Monday.\nCan you come?"
    );
    assert!(!is_machine_written);
    let with_text = format!(
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlease come and look at it.\n--b\n{calendar}\n--b--\n"
    );
    assert_eq!(clean_mail(&with_text).0, "Please come and look at it.");
}

#[test]
fn the_armour_of_pgp_goes() {
    let signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe export fails since Monday.\n\
        -----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v2\n\niQEzBAEBCAAdFiEE4xq+ab/cd\n=dR2x\n-----END PGP SIGNATURE-----";
    check(signed, "The export fails since Monday.");
    check(
        "My key does not work, what is wrong with it?\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFzyab\n=abcd\n",
        "My key does not work, what is wrong with it?",
    );
}

#[test]
fn a_mail_in_a_charset_that_it_does_not_declare_is_read() {
    let mut mail =
        b"Subject: \xcf\xf0\xe8\xed\xf2\xe5\xf0\r\nContent-Type: text/plain\r\n\r\n".to_vec();
    // "Принтер показывает ошибку и не печатает" in windows-1251.
    mail.extend(
        b"\xcf\xf0\xe8\xed\xf2\xe5\xf0 \xef\xee\xea\xe0\xe7\xfb\xe2\xe0\xe5\xf2 \xee\xf8\xe8\xe1\xea\xf3 \xe8 \xed\xe5 \xef\xe5\xf7\xe0\xf2\xe0\xe5\xf2",
    );
    let ticket = clean_ticket(None, Content::Email(&mail));
    assert_eq!(ticket.text(), "Принтер показывает ошибку и не печатает");
    assert_eq!(ticket.subject(), "Принтер");
    let japanese = b"Content-Type: text/plain\r\n\r\n\x1b$B0u:~$G$-$^$;$s\x1b(B";
    let ticket = clean_ticket(None, Content::Email(japanese));
    assert_eq!(ticket.text(), "印刷できません");
}

#[test]
fn own_words_directly_above_a_reply_header_stay() {
    let headers = [
        "On Mon, 2 Mar 2026 at 10:00, Ana <ana@example.com> wrote:",
        "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Ana <ana@example.com>:",
        "2 Mar 2026 Pzt 10:00 tarihinde Ana <ana@example.com> şunu yazdı:",
        "2026年3月2日(月) 10:00 Ana <ana@example.com>:",
    ];
    let own = [
        "The printer does not print any longer.",
        "The printer with the serial 4711 does not print any longer.",
        "The printer does not print any longer",
        "The printer with the serial 4711 does not print any longer",
        "It does not print any longer since 1 March 2026",
    ];
    for header in headers {
        for own in own {
            let text = format!("{own}\n{header}\n> older words of somebody else");
            let clean = clean_ticket(None, Content::Text(&text));
            assert_eq!(clean.text(), own, "{header}");
        }
    }
    // A header that is broken over two lines goes as a whole.
    for header in [
        "On Mon, 2 Mar 2026 at 10:00,\nAna <ana@example.com> wrote:",
        "On Mon, 2 Mar\n2026 at 10:00, Ana <ana@example.com> wrote:",
    ] {
        let broken = format!("The printer does not print any longer.\n\n{header}\n> older words");
        let clean = clean_ticket(None, Content::Text(&broken));
        assert_eq!(clean.text(), "The printer does not print any longer.");
    }
}
