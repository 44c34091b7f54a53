//! Text in a page of HTML.

/// `text` as it may stand between tags and in a quoted attribute. Not for scripts, styles, or an attribute that holds an address.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_written_is_a_tag_or_ends_an_attribute() {
        let written = r#"<b title="x" lang='y'>Ben & Søn &amp;</b>"#;
        let shown = "&lt;b title=&quot;x&quot; lang=&#39;y&#39;&gt;Ben &amp; Søn &amp;amp;&lt;/b&gt;";
        assert_eq!(super::escaped(written), shown);
    }
}
