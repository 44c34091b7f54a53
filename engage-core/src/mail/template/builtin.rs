//! Every template that engage brings. A capability adds its own here, so that all stand in one list.

use super::{Kind, Template, Variable};

/// The templates, by capability.
pub(super) const CATALOGUE: &[&[Template]] = &[MAIL];

/// A template's texts, each in a file of its own.
macro_rules! texts {
    ($name:literal in $($locale:literal),+) => {
        &[$(($locale, include_str!(concat!("texts/", $locale, "/", $name, ".mjml")))),+]
    };
}

const MAIL: &[Template] = &[Template {
    name: "mail.test",
    about: "What the mail settings send to see whether mail arrives",
    variables: &[Variable { name: "by", about: "Who sends it", kind: Kind::Text("Ann Example") }],
    texts: texts!("mail.test" in "en", "de", "fr", "es", "ar", "ja"),
}];
