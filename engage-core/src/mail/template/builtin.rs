//! Every template that engage brings. A capability adds its own here, so that all stand in one list.

use super::{Kind, Template, Variable};

/// The templates, by capability.
pub(super) const CATALOGUE: &[&[Template]] = &[CHAT, MAIL];

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

const MAIL: &[Template] = &[Template {
    name: "mail.test",
    about: "What the mail settings send to see whether mail arrives",
    variables: &[Variable { name: "by", about: "Who sends it", kind: Kind::Text("Ann Example") }],
    texts: texts!("mail.test" in "en", "de", "fr", "es", "ar", "ja"),
}];
