//! Strings that break what is not careful.

/// Bodies as a visitor may send them: everything that [`engage_core::chat::Chat::send`] lets through.
pub fn texts() -> Vec<String> {
    let short = [
        "plain",
        "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🦀",
        "שלום עולם, مرحبا بالعالم",
        "\u{202E}gnp.exe\u{202C} and \u{2066}isolated\u{2069}",
        "e\u{0301} is not é",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
        "'; DROP TABLE engage_chat_entries; --",
        "\" ' ` \\ \\\\ \\' \\0 \\u0000",
        "100% _under_ 50%% * ? [a-z] {x} $1 :name ?1 @p",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{\"type\":\"message\",\"body\":null}",
        "line one\nline two\n\n\ttabbed",
        "\u{FEFF}with a mark in front",
        "null",
        "NaN",
        "\u{10FFFF}\u{FFFD}\u{FFFE}",
        "İı ſ ß ẞ K",
    ];
    let mut texts: Vec<_> = short.into_iter().map(str::to_owned).collect();
    texts.push("ü".repeat(10_000));
    texts.push("🦀".repeat(10_000));
    texts
}

/// Ids and names as a host may give them: 1 to 64 characters.
pub fn names() -> Vec<String> {
    let names = [
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "O'Brien \"Bob\"",
        "%",
        "_",
        "a,b;c|d",
        "[\"json\"]",
        "{braces}",
        "back\\slash",
        "Ünïcødé 🦀",
        "שלום",
        "\u{202E}reversed",
        "../../etc/passwd",
        "<b>bold</b>",
        "null",
        "0",
    ];
    let mut names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    names.push("ü".repeat(64));
    names
}
