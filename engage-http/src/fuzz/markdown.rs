use engage_core::faq::Markdown;

/// Elements with the attributes that each may have: written apart from those that the renderer lets through.
const ALLOWED: [(&str, &[&str]); 25] = [
    ("a", &["href", "title", "rel"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &[]),
    ("del", &[]),
    ("em", &[]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("img", &["src", "alt", "title"]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["align"]),
    ("th", &["align"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// What markdown becomes holds nothing but elements and attributes that are allowed, closed and nested, and addresses
/// that lead where they may.
pub fn markdown(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if input.len() > 8 * 1024 {
        return;
    }
    let Ok(rendered) = Markdown::new(&["img.example.com".to_owned()]).render(text) else { return };
    let mut open: Vec<&str> = Vec::new();
    let mut rest = rendered.html.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = end_of_tag(after).unwrap_or_else(|| panic!("a tag does not end: {}", rendered.html));
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{}", rendered.html);
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let known = ALLOWED.iter().find(|(known, _)| *known == name);
        let (_, known) = known.unwrap_or_else(|| panic!("<{name}> in {}", rendered.html));
        check_attributes(name, attributes, known, &rendered.html);
        if !["br", "hr", "img"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} in {}", rendered.html);
}

/// A tag and what comes after it. A quoted `>` does not end it.
fn end_of_tag(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '>' && !quoted
    });
    end.map(|(at, _)| (&text[..at], &text[at + 1..]))
}

fn check_attributes(tag: &str, text: &str, known: &[&str], html: &str) {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("{tag} {rest:?} in {html}"));
        let (value, after) = after.split_once('"').unwrap_or_else(|| panic!("{tag} {rest:?} in {html}"));
        rest = after.trim_start();
        assert!(known.contains(&name), "{tag} {name} in {html}");
        let value = value.to_lowercase();
        let is_own = value.starts_with('/') && !value.starts_with("//") && !value.starts_with("/\\");
        let leads = ["http://", "https://", "http:", "https:", "mailto:", "tel:", "#"]
            .iter()
            .any(|start| value.starts_with(start));
        match name {
            "href" => assert!(is_own || leads, "{value} in {html}"),
            "src" => assert!(is_own || value.starts_with("https://img.example.com/"), "{value} in {html}"),
            "id" => assert!(value.starts_with("h-"), "{value} in {html}"),
            _ => {}
        }
    }
}
