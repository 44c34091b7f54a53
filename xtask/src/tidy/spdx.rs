//! Licence expressions: `MIT`, `(MIT OR Apache-2.0) AND Unicode-3.0`, and the old `MIT/Apache-2.0`, which means OR.
//! <https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/>

/// Whether the expression leaves a choice that needs only allowed licences. An expression that cannot be read is `None`.
pub(super) fn allows(expression: &str, allowed: &[&str]) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    let answer = parser.any()?;
    parser.words.is_empty().then_some(answer)
}

struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a [&'a str],
}

impl<'a> Parser<'a> {
    /// AND binds closer than OR.
    fn any(&mut self) -> Option<bool> {
        let mut answer = self.all()?;
        while self.take("OR") {
            answer |= self.all()?;
        }
        Some(answer)
    }

    fn all(&mut self) -> Option<bool> {
        let mut answer = self.one()?;
        while self.take("AND") {
            answer &= self.one()?;
        }
        Some(answer)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let answer = self.any()?;
            return self.take(")").then_some(answer);
        }
        let licence = self.word()?;
        if self.take("WITH") {
            let exception = self.word()?;
            return Some(self.allowed.contains(&format!("{licence} WITH {exception}").as_str()));
        }
        Some(self.allowed.contains(&licence))
    }

    fn take(&mut self, word: &str) -> bool {
        let next = self.words.split_first().filter(|(first, _)| **first == word);
        next.map(|(_, rest)| self.words = rest).is_some()
    }

    fn word(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        (!["OR", "AND", "WITH", "(", ")"].contains(first)).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::allows;

    const ALLOWED: [&str; 3] = ["MIT", "Apache-2.0", "Unicode-3.0"];

    #[test]
    fn a_choice_needs_one_allowed_licence_and_a_sum_all() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT AND Apache-2.0", true),
            ("MIT OR Apache-2.0 AND GPL-3.0-only", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0-only", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("MIT OR Apache-2.0 OR LGPL-2.1-or-later", true),
            ("Apache-2.0 WITH LLVM-exception", false),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true),
            ("GPL-3.0-only/MIT", true),
            ("GPL-3.0-only / LGPL-3.0-only", false),
        ] {
            assert_eq!(allows(expression, &ALLOWED), Some(expected), "{expression}");
        }
    }

    #[test]
    fn an_exception_is_a_licence_of_its_own() {
        assert_eq!(allows("GPL-3.0-only WITH Classpath-exception-2.0", &["GPL-3.0-only"]), Some(false));
        assert_eq!(allows("A WITH b", &["A WITH b"]), Some(true));
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        for expression in ["", "MIT OR", "MIT Apache-2.0", "(MIT", "MIT)", "OR MIT", "MIT WITH"] {
            assert_eq!(allows(expression, &ALLOWED), None, "{expression}");
        }
    }
}
