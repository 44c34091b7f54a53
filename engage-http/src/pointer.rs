//! Which member of a body or frame is wrong, as a JSON pointer (RFC 6901).

use serde_path_to_error::{Path, Segment};

/// How much of a member's name is repeated, in characters.
const NAME: usize = 64;

/// The place that `path` and what serde says of it tell: a missing member it names in words only.
pub(crate) fn pointer(path: &Path, said: &str) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } => pointer.extend(["/", &escaped(key)]),
            Segment::Seq { index } => pointer.extend(["/", &index.to_string()]),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    if let Some(name) = named(said) {
        let last = format!("/{}", escaped(name));
        if !pointer.ends_with(&last) {
            pointer.push_str(&last);
        }
    }
    pointer
}

/// The member that serde names. One that is unknown may be called anything; what follows it is ours.
fn named(said: &str) -> Option<&str> {
    if let Some(rest) = said.strip_prefix("missing field `") {
        return rest.strip_suffix('`');
    }
    let rest = said.strip_prefix("unknown field `")?;
    let end = ["`, expected ", "`, there are no fields"].iter().filter_map(|end| rest.rfind(end)).max()?;
    rest.get(..end)
}

/// A name as a segment of a pointer, cut.
pub(crate) fn escaped(name: &str) -> String {
    name.chars().take(NAME).collect::<String>().replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its shape matters")]
    struct Outer {
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {}

    fn told(json: &str) -> String {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Outer>(&mut reader).unwrap_err();
        let said = error.inner().to_string();
        pointer(error.path(), said.split(" at line ").next().unwrap())
    }

    #[test]
    fn members_are_pointed_at_whatever_they_are_called() {
        assert_eq!(told("{}"), "/inner");
        assert_eq!(told(r#"{"inner":[{},7]}"#), "/inner/1");
        assert_eq!(told(r#"{"inner":[{"a/b~c":1}]}"#), "/inner/0/a~1b~0c");
        assert_eq!(told(r#"{"inner":[],"a`b":1}"#), "/a`b");
        assert_eq!(told(r#"{"inner":[],"a`, expected `b":1}"#), "/a`, expected `b");
        let long = "x".repeat(1_000);
        assert_eq!(told(&format!(r#"{{"inner":[],"{long}":1}}"#)), format!("/{}", &long[..NAME]));
    }
}
