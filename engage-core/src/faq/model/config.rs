//! What the host decides of the help centre.

use std::time::Duration;

/// What the host decides of the help centre.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FaqConfig {
    /// The language that counts when there is nothing in the one that is wanted: a tag of BCP 47 (`en`).
    pub locale: String,
    /// From which hosts articles may show images, such as `images.example.com`; images of the site itself, whose
    /// address begins with `/`, always may (none).
    pub image_hosts: Vec<String>,
    /// HTML of the host's own at the beginning of each page of the help centre, such as its header. Not checked: never
    /// put anything into it that visitors have written. The page's content security policy holds for it too.
    pub head: String,
    /// The same at the end of each page.
    pub foot: String,
    /// For how long it is known what was searched for (90 days).
    pub keep_searches: Duration,
}

impl Default for FaqConfig {
    fn default() -> Self {
        Self {
            locale: "en".to_owned(),
            image_hosts: Vec::new(),
            head: String::new(),
            foot: String::new(),
            keep_searches: Duration::from_secs(90 * 24 * 60 * 60),
        }
    }
}

impl FaqConfig {
    /// The language of the site.
    #[must_use]
    pub fn locale(mut self, tag: impl Into<String>) -> Self {
        self.locale = tag.into();
        self
    }

    /// From which further hosts articles may show images.
    #[must_use]
    pub fn image_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.image_hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// The host's own HTML around each page.
    #[must_use]
    pub fn around(mut self, head: impl Into<String>, foot: impl Into<String>) -> Self {
        (self.head, self.foot) = (head.into(), foot.into());
        self
    }

    /// For how long it is known what was searched for.
    #[must_use]
    pub fn keep_searches(mut self, time: Duration) -> Self {
        self.keep_searches = time;
        self
    }

    /// What is wrong with it, each a sentence.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if super::names::checked_locale(&self.locale).is_err() {
            problems.push(format!("faq_config: {:?} is no language, such as en or pt-br", self.locale));
        }
        let is_host = |host: &str| {
            let known =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b':');
            (1..=253).contains(&host.len()) && host.bytes().all(known)
        };
        if let Some(wrong) = self.image_hosts.iter().find(|host| !is_host(host)) {
            problems.push(format!("faq_config: {wrong:?} is no host of images, such as images.example.com"));
        }
        problems
    }
}
