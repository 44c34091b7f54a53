//! Every template that engage brings. A capability adds its own here, so that all stand in one list.

use super::{Kind, Template, Variable};

/// The templates, by capability.
pub(super) const CATALOGUE: &[&[Template]] = &[CHAT, FORMS, MAIL, TICKETS];

/// A template's texts, each in a file of its own.
macro_rules! texts {
    ($name:literal in $($locale:literal),+) => {
        &[$(($locale, include_str!(concat!("texts/", $locale, "/", $name, ".mjml")))),+]
    };
}

const CHAT: &[Template] = &[
    Template {
        name: "chat.reply",
        about: "To a visitor who has not read an answer on the site for ten minutes",
        variables: &[
            Variable { name: "agent", about: "Who wrote last", kind: Kind::Text("Ann Example") },
            Variable {
                name: "messages",
                about: "What was written, oldest first",
                kind: Kind::List(&[
                    Variable { name: "author", about: "Who wrote it", kind: Kind::Text("Ann Example") },
                    Variable {
                        name: "text",
                        about: "What",
                        kind: Kind::Text("Your parcel is on its way.\nHave a nice day!"),
                    },
                ]),
            },
        ],
        texts: texts!("chat.reply" in "en", "de", "fr", "es", "ar", "ja"),
    },
    Template {
        name: "chat.transcript",
        about: "A conversation, which is attached, to its visitor",
        variables: &[],
        texts: texts!("chat.transcript" in "en", "de", "fr", "es", "ar", "ja"),
    },
    Template {
        name: "chat.waiting",
        about: "To staff, when a visitor begins a conversation and nobody is there",
        variables: &[
            Variable { name: "visitor", about: "Who waits", kind: Kind::Text("Bo Example") },
            Variable { name: "text", about: "What they wrote first", kind: Kind::Text("Hello, is anybody there?") },
        ],
        texts: texts!("chat.waiting" in "en", "de", "fr", "es", "ar", "ja"),
    },
];

const FORM: Variable = Variable { name: "form", about: "The title of the form", kind: Kind::Text("Write to us") };
const FORMS: &[Template] = &[
    Template {
        name: "forms.notice",
        about: "What the recipients of a form are sent when somebody has filled it in",
        variables: &[
            FORM,
            Variable {
                name: "answers",
                about: "What was asked and answered; of long ones the beginning",
                kind: Kind::List(&[
                    Variable { name: "label", about: "What was asked", kind: Kind::Text("Message") },
                    Variable { name: "value", about: "What was answered", kind: Kind::Text("Hello") },
                ]),
            },
        ],
        texts: texts!("forms.notice" in "en", "de", "fr", "es", "ar", "ja"),
    },
    Template {
        name: "forms.received",
        about: "What somebody is sent who has filled in a form, at the address that was given; it repeats nothing of what was typed",
        variables: &[FORM],
        texts: texts!("forms.received" in "en", "de", "fr", "es", "ar", "ja"),
    },
];

const MAIL: &[Template] = &[Template {
    name: "mail.test",
    about: "What the mail settings send to see whether mail arrives",
    variables: &[Variable { name: "by", about: "Who sends it", kind: Kind::Text("Ann Example") }],
    texts: texts!("mail.test" in "en", "de", "fr", "es", "ar", "ja"),
}];

const REFERENCE: Variable =
    Variable { name: "reference", about: "What the ticket is called", kind: Kind::Text("T-1042") };
const TICKETS: &[Template] = &[
    Template {
        name: "tickets.link",
        about: "The way to their tickets, to somebody without an account who has asked for it",
        variables: &[Variable {
            name: "link",
            about: "Where it leads, once and for an hour",
            kind: Kind::Link("https://acme.example/engage/tickets/link?token=x"),
        }],
        texts: texts!("tickets.link" in "en", "de", "fr", "es", "ar", "ja"),
    },
    Template {
        name: "tickets.received",
        about: "To whoever asked for something, that it has arrived; it repeats nothing of what was typed",
        variables: &[REFERENCE],
        texts: texts!("tickets.received" in "en", "de", "fr", "es", "ar", "ja"),
    },
    Template {
        name: "tickets.reply",
        about: "A reply to a ticket, to its requester and to who gets its replies too",
        variables: &[
            REFERENCE,
            Variable { name: "subject", about: "What it is about", kind: Kind::Text("Return of order 7") },
            Variable { name: "author", about: "Who replied", kind: Kind::Text("Ann Example") },
            Variable {
                name: "text",
                about: "What they wrote",
                kind: Kind::Text("Your parcel is on its way.\nHave a nice day!"),
            },
            Variable {
                name: "files",
                about: "What is too large to be attached, and is read on the site",
                kind: Kind::List(&[Variable {
                    name: "name",
                    about: "What it is called",
                    kind: Kind::Text("plan.pdf"),
                }]),
            },
        ],
        texts: texts!("tickets.reply" in "en", "de", "fr", "es", "ar", "ja"),
    },
    Template {
        name: "tickets.staff",
        about: "To an agent who wants it: what happened to a ticket that they see to or follow",
        variables: &[
            REFERENCE,
            Variable { name: "subject", about: "What it is about", kind: Kind::Text("Return of order 7") },
            Variable {
                name: "author",
                about: "Who of the staff it was; empty: the requester",
                kind: Kind::Text("Ann Example"),
            },
            Variable {
                name: "text",
                about: "What they wrote; of a ticket that is given away, what was said last",
                kind: Kind::Text("My parcel has not come."),
            },
            Variable { name: "note", about: "Not empty: it is a private note", kind: Kind::Text("note") },
            Variable { name: "assigned", about: "Not empty: the ticket is theirs now", kind: Kind::Text("assigned") },
        ],
        texts: texts!("tickets.staff" in "en", "de", "fr", "es", "ar", "ja"),
    },
];
