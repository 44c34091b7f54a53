//! What everybody may, by hand and apart from the route table.
//!
//! The columns: anonymous, the visitor whose conversation it is, another visitor, a member of the host, an agent outside the
//! conversation's team, an agent of it, an admin. On the site's side staff are the host's customers like any member.

pub(super) struct Row {
    pub(super) side: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    /// Where to ask, when the path alone does not do.
    pub(super) target: Option<&'static str>,
    pub(super) body: Option<&'static str>,
    pub(super) expects: [u16; 7],
}

pub(super) struct FrameRow {
    pub(super) kind: &'static str,
    pub(super) frame: &'static str,
    pub(super) expects: [&'static str; 7],
}

const fn site(method: &'static str, path: &'static str, expects: [u16; 7]) -> Row {
    Row { side: "site", method, path, target: None, body: None, expects }
}

const fn admin(method: &'static str, path: &'static str, expects: [u16; 7]) -> Row {
    Row { side: "admin", method, path, target: None, body: None, expects }
}

impl Row {
    const fn at(mut self, target: &'static str) -> Self {
        self.target = Some(target);
        self
    }

    const fn with(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }
}

const ALL: [u16; 7] = [200; 7];
/// Everybody who is known.
const KNOWN: [u16; 7] = [401, 200, 200, 200, 200, 200, 200];
/// The owner of the conversation.
const OWNER: [u16; 7] = [401, 200, 404, 404, 404, 404, 404];
/// All staff.
const STAFF: [u16; 7] = [401, 401, 401, 403, 200, 200, 200];
/// Staff who see the conversation.
const TEAM: [u16; 7] = [401, 401, 401, 403, 404, 200, 200];
const ADMIN: [u16; 7] = [401, 401, 401, 403, 403, 403, 200];

const fn success(mut expects: [u16; 7], status: u16) -> [u16; 7] {
    let mut at = 0;
    while at < expects.len() {
        if expects[at] == 200 {
            expects[at] = status;
        }
        at += 1;
    }
    expects
}

const SAY: &str = r#"{"client_message_id":"x","body":"hello"}"#;

#[rustfmt::skip]
pub(super) const ROUTES: &[Row] = &[
    site("GET", "/loader.js", ALL),
    site("GET", "/contact", ALL),
    // Everybody may; rows send JSON, and this takes what a form sends. The rule for front desks sends it.
    site("POST", "/contact", [415; 7]),
    site("GET", "/assets/{file}", [404; 7]).at("/assets/none.js"),
    admin("GET", "/assets/{file}", [404; 7]).at("/assets/none.js"),
    site("GET", "/health/live", ALL),
    admin("GET", "/health/live", ALL),
    site("GET", "/health/ready", ALL),
    admin("GET", "/health/ready", ALL),
    site("GET", "/v1/openapi.json", ALL),
    admin("GET", "/v1/openapi.json", ALL),
    admin("GET", "/", STAFF),

    site("POST", "/v1/session", ALL).with("{}"),
    site("GET", "/v1/session", ALL),
    site("PATCH", "/v1/session", [401, 200, 200, 409, 409, 409, 409]).with(r#"{"name":"Somebody"}"#),
    site("DELETE", "/v1/session", success(KNOWN, 204)),

    site("GET", "/v1/chat/conversations", KNOWN).at("/v1/chat/conversations?status=all"),
    admin("GET", "/v1/chat/conversations", STAFF).at("/v1/chat/conversations?status=all"),
    site("POST", "/v1/chat/conversations", success(KNOWN, 201)).with(SAY),
    site("GET", "/v1/chat/conversations/{id}", OWNER).at("/v1/chat/conversations/{conversation}"),
    admin("GET", "/v1/chat/conversations/{id}", TEAM).at("/v1/chat/conversations/{conversation}"),
    site("GET", "/v1/chat/conversations/{id}/entries", OWNER).at("/v1/chat/conversations/{conversation}/entries?after=0"),
    admin("GET", "/v1/chat/conversations/{id}/entries", TEAM).at("/v1/chat/conversations/{conversation}/entries?after=0&wait=1"),
    site("POST", "/v1/chat/conversations/{id}/messages", success(OWNER, 201)).at("/v1/chat/conversations/{conversation}/messages").with(SAY),
    admin("POST", "/v1/chat/conversations/{id}/messages", [401, 401, 401, 403, 404, 201, 409]).at("/v1/chat/conversations/{conversation}/messages").with(SAY),
    admin("POST", "/v1/chat/conversations/{id}/notes", [401, 401, 401, 403, 404, 201, 409]).at("/v1/chat/conversations/{conversation}/notes").with(SAY),
    site("PUT", "/v1/chat/conversations/{id}/read", OWNER).at("/v1/chat/conversations/{conversation}/read").with(r#"{"seq":1}"#),
    admin("PUT", "/v1/chat/conversations/{id}/read", TEAM).at("/v1/chat/conversations/{conversation}/read").with(r#"{"seq":1}"#),
    site("POST", "/v1/chat/conversations/{id}/typing", success(OWNER, 204)).at("/v1/chat/conversations/{conversation}/typing").with(r#"{"typing":true,"text":"Hel"}"#),
    admin("POST", "/v1/chat/conversations/{id}/typing", success(TEAM, 204)).at("/v1/chat/conversations/{conversation}/typing").with(r#"{"typing":true,"text":"Hel"}"#),
    admin("PUT", "/v1/chat/conversations/{id}/status", TEAM).at("/v1/chat/conversations/{conversation}/status").with(r#"{"status":"closed"}"#),
    admin("PUT", "/v1/chat/conversations/{id}/assignee", TEAM).at("/v1/chat/conversations/{conversation}/assignee").with(r#"{"agent":null}"#),
    admin("PUT", "/v1/chat/conversations/{id}/team", TEAM).at("/v1/chat/conversations/{conversation}/team").with(r#"{"team":"{team}"}"#),
    site("POST", "/v1/chat/conversations/{id}/handoff", OWNER).at("/v1/chat/conversations/{conversation}/handoff").with("{}"),
    site("PUT", "/v1/chat/conversations/{id}/rating", [401, 409, 404, 404, 404, 404, 404]).at("/v1/chat/conversations/{conversation}/rating").with(r#"{"score":5}"#),
    site("GET", "/v1/chat/conversations/{id}/transcript", OWNER).at("/v1/chat/conversations/{conversation}/transcript?format=html"),
    site("POST", "/v1/chat/conversations/{id}/transcript", success(OWNER, 204)).at("/v1/chat/conversations/{conversation}/transcript").with("{}"),
    admin("GET", "/v1/chat/conversations/{id}/transcript", TEAM).at("/v1/chat/conversations/{conversation}/transcript?notes=true"),
    admin("PATCH", "/v1/chat/conversations/{id}/labels", TEAM).at("/v1/chat/conversations/{conversation}/labels").with(r#"{"add":["{team}"]}"#),
    admin("PATCH", "/v1/chat/conversations/{id}/attributes", TEAM).at("/v1/chat/conversations/{conversation}/attributes").with(r#"{"attributes":{"plan":"{team}"}}"#),
    site("GET", "/v1/chat/events", OWNER).at("/v1/chat/events?conversation={conversation}&after=0"),
    admin("GET", "/v1/chat/events", TEAM).at("/v1/chat/events?conversation={conversation}&after=0"),
    site("GET", "/v1/chat/socket", success(KNOWN, 426)),
    admin("GET", "/v1/chat/socket", success(STAFF, 426)),
    admin("GET", "/v1/chat/agents", STAFF),
    admin("GET", "/v1/chat/teams", STAFF),
    admin("GET", "/v1/chat/labels", STAFF).at("/v1/chat/labels?search=canary"),
    admin("PUT", "/v1/chat/conversations/{id}/unread", success(TEAM, 204)).at("/v1/chat/conversations/{conversation}/unread").with("{}"),
    admin("PUT", "/v1/chat/conversations/{id}/priority", TEAM).at("/v1/chat/conversations/{conversation}/priority").with(r#"{"priority":"high"}"#),
    admin("PUT", "/v1/chat/conversations/{id}/language", TEAM).at("/v1/chat/conversations/{conversation}/language").with(r#"{"language":"de"}"#),
    admin("PUT", "/v1/chat/agents/me", STAFF).with(r#"{"status":"away"}"#),
    admin("PUT", "/v1/chat/agents/{id}", [401, 401, 401, 403, 403, 403, 404]).at("/v1/chat/agents/nobody").with(r#"{"capacity":3,"languages":["de"]}"#),

    admin("GET", "/v1/chat/conversations/{id}/pages", TEAM).at("/v1/chat/conversations/{conversation}/pages"),
    site("POST", "/v1/chat/pages", success(KNOWN, 204)).with(r#"{"url":"https://acme.example/canary","title":"Home"}"#),
    admin("GET", "/v1/chat/search", STAFF).at("/v1/chat/search?query=canary"),
    site("POST", "/v1/files", success(KNOWN, 201)).with(r#"{"name":"a.txt","size":3}"#),
    admin("POST", "/v1/files", success(STAFF, 201)).with(r#"{"name":"a.txt","size":3}"#),
    site("GET", "/v1/files/{id}", OWNER).at("/v1/files/{file}"),
    admin("GET", "/v1/files/{id}", TEAM).at("/v1/files/{file}"),
    // Rows send JSON, and this takes what a file is made of. Whose it is not learns nothing of that.
    site("PATCH", "/v1/files/{id}", [401, 415, 404, 404, 404, 404, 404]).at("/v1/files/{file}?offset=0").with("{}"),
    admin("PATCH", "/v1/files/{id}", [401, 401, 401, 403, 404, 404, 404]).at("/v1/files/{file}?offset=0").with("{}"),
    // It was sent.
    site("DELETE", "/v1/files/{id}", [401, 409, 404, 404, 404, 404, 404]).at("/v1/files/{file}"),
    admin("DELETE", "/v1/files/{id}", [401, 401, 401, 403, 404, 404, 404]).at("/v1/files/{file}"),
    site("GET", "/v1/files/{id}/content", OWNER).at("/v1/files/{file}/content"),
    admin("GET", "/v1/files/{id}/content", TEAM).at("/v1/files/{file}/content?download=true"),
    admin("GET", "/v1/canned", STAFF),
    admin("POST", "/v1/canned", [401, 401, 401, 403, 403, 201, 409]).with(r#"{"shortcode":"n{conversation}","text":"Hello","team":"{team}"}"#),
    admin("GET", "/v1/canned/{id}", TEAM).at("/v1/canned/{canned}"),
    admin("PUT", "/v1/canned/{id}", [401, 401, 401, 403, 404, 200, 409]).at("/v1/canned/{canned}").with(r#"{"shortcode":"m{conversation}","text":"Hello","team":"{team}","expected_version":1}"#),
    admin("DELETE", "/v1/canned/{id}", [401, 401, 401, 403, 404, 204, 404]).at("/v1/canned/{canned}"),
    admin("GET", "/v1/canned/{id}/text", TEAM).at("/v1/canned/{canned}/text?conversation={conversation}"),

    site("GET", "/v1/tickets", KNOWN),
    admin("GET", "/v1/tickets", STAFF).at("/v1/tickets?status=all"),
    site("POST", "/v1/tickets", success(KNOWN, 201)).with(r#"{"client_message_id":"x","subject":"Help","body":"hello"}"#),
    admin("POST", "/v1/tickets", [401, 401, 401, 403, 404, 201, 201]).with(r#"{"client_message_id":"x","subject":"Help","body":"hello","requester":"{contact}"}"#),
    // Without a public URL there is nowhere for a mail to lead.
    site("POST", "/v1/tickets/link", [409; 7]).with(r#"{"email":"nobody@example.com"}"#),
    site("GET", "/tickets/link", ALL),
    site("POST", "/tickets/link", [415; 7]),
    admin("GET", "/v1/tickets/search", STAFF).at("/v1/tickets/search?query=canary"),
    admin("POST", "/v1/tickets/bulk", STAFF).with(r#"{"tickets":["{ticket}"],"edit":{"priority":"high"}}"#),
    admin("GET", "/v1/tickets/macros", STAFF),
    admin("POST", "/v1/tickets/macros", [401, 401, 401, 403, 422, 422, 422]).with(r#"{"name":"none","tickets":["{ticket}"],"client_message_id":"m"}"#),
    admin("GET", "/v1/tickets/mails", STAFF),
    admin("PUT", "/v1/tickets/mails", STAFF).with(r#"{"wanted":true}"#),
    site("GET", "/v1/tickets/numbers/{number}", OWNER).at("/v1/tickets/numbers/T-{number}"),
    admin("GET", "/v1/tickets/numbers/{number}", TEAM).at("/v1/tickets/numbers/{number}"),
    site("GET", "/v1/tickets/{id}", OWNER).at("/v1/tickets/{ticket}"),
    admin("GET", "/v1/tickets/{id}", TEAM).at("/v1/tickets/{ticket}"),
    admin("PATCH", "/v1/tickets/{id}", [401, 401, 401, 403, 404, 200, 409]).at("/v1/tickets/{ticket}").with(r#"{"expected_version":2,"edit":{"priority":"high"}}"#),
    site("GET", "/v1/tickets/{id}/entries", OWNER).at("/v1/tickets/{ticket}/entries?after=0"),
    admin("GET", "/v1/tickets/{id}/entries", TEAM).at("/v1/tickets/{ticket}/entries?after=0"),
    site("POST", "/v1/tickets/{id}/replies", success(OWNER, 201)).at("/v1/tickets/{ticket}/replies").with(SAY),
    admin("POST", "/v1/tickets/{id}/replies", [401, 401, 401, 403, 404, 201, 409]).at("/v1/tickets/{ticket}/replies").with(SAY),
    admin("POST", "/v1/tickets/{id}/notes", [401, 401, 401, 403, 404, 201, 409]).at("/v1/tickets/{ticket}/notes").with(SAY),
    admin("POST", "/v1/tickets/{id}/time", [401, 401, 401, 403, 404, 201, 409]).at("/v1/tickets/{ticket}/time").with(r#"{"client_message_id":"x","seconds":60}"#),
    site("PUT", "/v1/tickets/{id}/done", OWNER).at("/v1/tickets/{ticket}/done").with(r#"{"done":true}"#),
    site("PUT", "/v1/tickets/{id}/rating", [401, 409, 404, 404, 404, 404, 404]).at("/v1/tickets/{ticket}/rating").with(r#"{"score":5}"#),
    admin("POST", "/v1/tickets/{id}/merge", TEAM).at("/v1/tickets/{ticket}/merge").with(r#"{"into":"{other_ticket}"}"#),
    admin("POST", "/v1/tickets/{id}/split", [401, 401, 401, 403, 404, 201, 409]).at("/v1/tickets/{ticket}/split").with(r#"{"client_message_id":"x","subject":"Other","entries":[1]}"#),
    admin("PUT", "/v1/tickets/{id}/parent", TEAM).at("/v1/tickets/{ticket}/parent").with(r#"{"parent":"{other_ticket}"}"#),
    admin("PUT", "/v1/tickets/{id}/link", TEAM).at("/v1/tickets/{ticket}/link").with(r#"{"ticket":"{other_ticket}","linked":true}"#),
    admin("POST", "/v1/tickets/{id}/rules", ADMIN).at("/v1/tickets/{ticket}/rules").with(r#"{"cause":"opened","rules":null}"#),
    admin("GET", "/v1/tickets/{id}/draft", TEAM).at("/v1/tickets/{ticket}/draft"),
    admin("PUT", "/v1/tickets/{id}/draft", TEAM).at("/v1/tickets/{ticket}/draft").with(r#"{"body":"Dear"}"#),
    admin("PUT", "/v1/tickets/{id}/looking", TEAM).at("/v1/tickets/{ticket}/looking").with(r#"{"doing":"viewing"}"#),
    admin("POST", "/v1/chat/conversations/{id}/ticket", [401, 401, 401, 403, 404, 201, 200]).at("/v1/chat/conversations/{conversation}/ticket").with(r#"{"subject":"Help"}"#),

    // The help centre is everybody's; what the owner searched for is theirs.
    site("GET", "/help", ALL),
    site("GET", "/help/search", ALL).at("/help/search?query=refunds"),
    site("GET", "/help/sitemap.xml", [404; 7]),
    site("GET", "/help/{category}", ALL).at("/help/{conversation}"),
    site("GET", "/help/{category}/{slug}", ALL).at("/help/{conversation}/{conversation}"),
    // No form.
    site("POST", "/help/{category}/{slug}", [415; 7]).at("/help/{conversation}/{conversation}"),
    site("GET", "/v1/help", ALL),
    site("GET", "/v1/help/search", ALL).at("/v1/help/search?query=refunds"),
    site("GET", "/v1/help/articles/{slug}", ALL).at("/v1/help/articles/{conversation}"),
    site("PUT", "/v1/help/articles/{slug}/vote", KNOWN).at("/v1/help/articles/{conversation}/vote").with(r#"{"helpful":true,"comment":null}"#),
    site("POST", "/v1/help/searches", [201; 7]).with(r#"{"query":"refunds","locale":null,"source":"help"}"#),
    site("PATCH", "/v1/help/searches/{id}", [404, 204, 404, 404, 404, 404, 404]).at("/v1/help/searches/{search}").with(r#"{"opened":"{article}","ended":null}"#),
    site("POST", "/v1/help/suggestions", ALL).with(r#"{"text":"What about refunds?","locale":null,"source":"chat"}"#),
    admin("GET", "/v1/faq/categories", STAFF),
    admin("POST", "/v1/faq/categories", success(STAFF, 201)).with(r#"{"parent":"{shelf}","slug":null,"icon":null,"position":null,"names":{"en":{"title":"返品","description":""}}}"#),
    admin("PUT", "/v1/faq/categories/{id}", [401, 401, 401, 403, 200, 409, 409]).at("/v1/faq/categories/{shelf}").with(r#"{"parent":null,"slug":"{conversation}","icon":null,"position":2,"names":{"en":{"title":"New","description":""}},"expected_version":1}"#),
    admin("DELETE", "/v1/faq/categories/{id}", [401, 401, 401, 403, 403, 403, 409]).at("/v1/faq/categories/{shelf}"),
    admin("GET", "/v1/faq/articles", STAFF),
    admin("POST", "/v1/faq/articles", success(STAFF, 201)).with(r#"{"category":"{shelf}","slug":null,"visibility":"agents","locale":null,"title":"返品","markdown":"Hello"}"#),
    admin("GET", "/v1/faq/articles/{id}", STAFF).at("/v1/faq/articles/{article}"),
    admin("PUT", "/v1/faq/articles/{id}", [401, 401, 401, 403, 200, 409, 409]).at("/v1/faq/articles/{article}").with(r#"{"category":"{shelf}","slug":"{conversation}","position":1,"visibility":"public","publish_at":null,"unpublish_at":null,"expected_version":1}"#),
    admin("DELETE", "/v1/faq/articles/{id}", [401, 401, 401, 403, 403, 403, 204]).at("/v1/faq/articles/{article}"),
    admin("GET", "/v1/faq/articles/{id}/comments", STAFF).at("/v1/faq/articles/{article}/comments"),
    admin("PUT", "/v1/faq/articles/{id}/texts/{locale}", [401, 401, 401, 403, 200, 409, 409]).at("/v1/faq/articles/{article}/texts/en").with(r#"{"title":"Refunds","markdown":"More about them.","source":null,"expected_revision":1}"#),
    admin("PUT", "/v1/faq/articles/{id}/texts/{locale}/live", STAFF).at("/v1/faq/articles/{article}/texts/en/live").with(r#"{"revision":1}"#),
    admin("GET", "/v1/faq/articles/{id}/texts/{locale}/revisions", STAFF).at("/v1/faq/articles/{article}/texts/en/revisions"),
    admin("GET", "/v1/faq/articles/{id}/texts/{locale}/revisions/{number}", STAFF).at("/v1/faq/articles/{article}/texts/en/revisions/1"),
    admin("POST", "/v1/faq/preview", STAFF).with(r#"{"markdown":"*Hello*"}"#),
    admin("GET", "/v1/faq/search", STAFF).at("/v1/faq/search?query=refunds"),
    admin("GET", "/v1/faq/synonyms/{locale}", STAFF).at("/v1/faq/synonyms/en"),
    admin("PUT", "/v1/faq/synonyms/{locale}", [401, 401, 401, 403, 200, 409, 409]).at("/v1/faq/synonyms/de").with(r#"{"groups":[["a","b"]],"expected_version":0}"#),
    admin("GET", "/v1/faq/report", STAFF),

    // A shared view exists for all staff; it is the agent's of the team.
    site("GET", "/forms/{name}", ALL).at("/forms/ours"),
    // As the other form that a page sends.
    site("POST", "/forms/{name}", [415; 7]).at("/forms/ours"),
    site("GET", "/v1/forms/{name}", ALL).at("/v1/forms/ours"),
    // The first brings it, and the same again changes nothing.
    site("POST", "/v1/forms/{name}", [201, 200, 200, 200, 200, 200, 200]).at("/v1/forms/ours").with(r#"{"token":"{token}","answers":{"email":"a@example.com","message":"hello"}}"#),
    admin("GET", "/v1/forms", STAFF),
    admin("PUT", "/v1/forms/{name}", ADMIN).at("/v1/forms/ours").with(r#"{"form":{"name":"ours","title":"Ours","fields":[{"name":"a","label":"A","kind":"text"}]},"expected_version":1}"#),
    admin("DELETE", "/v1/forms/{name}", success(ADMIN, 204)).at("/v1/forms/ours"),
    admin("GET", "/v1/forms/{name}/export", STAFF).at("/v1/forms/ours/export?format=json"),
    admin("GET", "/v1/submissions", STAFF),
    admin("GET", "/v1/submissions/{id}", STAFF).at("/v1/submissions/{submission}"),
    admin("PUT", "/v1/submissions/{id}/state", [401, 401, 401, 403, 200, 409, 409]).at("/v1/submissions/{submission}/state").with(r#"{"state":"done","expected_version":1}"#),
    admin("DELETE", "/v1/submissions/{id}", [401, 401, 401, 403, 204, 404, 404]).at("/v1/submissions/{submission}"),
    admin("GET", "/v1/views", STAFF),
    admin("POST", "/v1/views", success(STAFF, 201)).with(r#"{"kind":"chat","name":"Mine","filter":{"assignee":"me"},"shared":false}"#),
    admin("PUT", "/v1/views/{id}", [401, 401, 401, 403, 403, 200, 409]).at("/v1/views/{view}").with(r#"{"name":"Ours","filter":{},"shared":true,"expected_version":1}"#),
    admin("DELETE", "/v1/views/{id}", [401, 401, 401, 403, 403, 204, 404]).at("/v1/views/{view}"),

    admin("GET", "/v1/me", STAFF),
    admin("GET", "/v1/contacts", STAFF).at("/v1/contacts?query=nobody"),
    admin("GET", "/v1/contacts/{id}", TEAM).at("/v1/contacts/{contact}"),
    admin("PATCH", "/v1/contacts/{id}", TEAM).at("/v1/contacts/{contact}").with(r#"{"name":"Somebody"}"#),
    admin("POST", "/v1/contacts/{id}/conversations", [401, 401, 401, 403, 404, 201, 409]).at("/v1/contacts/{contact}/conversations").with(SAY),
    admin("PUT", "/v1/contacts/{id}/blocked", TEAM).at("/v1/contacts/{contact}/blocked").with(r#"{"blocked":true,"reason":"Spam"}"#),
    admin("GET", "/v1/contacts/{id}/conversations", TEAM).at("/v1/contacts/{contact}/conversations"),
    admin("POST", "/v1/contacts/{id}/merge", ADMIN).at("/v1/contacts/{contact}/merge").with(r#"{"into":"{spare}"}"#),
    admin("DELETE", "/v1/contacts/{id}/sessions", TEAM).at("/v1/contacts/{contact}/sessions"),
    admin("GET", "/v1/settings", STAFF),
    admin("PUT", "/v1/settings/{key}", ADMIN).at("/v1/settings/chat.greeting").with(r#"{"value":"Hello","expected_version":0}"#),
    admin("GET", "/v1/audit", ADMIN),
    admin("GET", "/v1/outbox/dead", ADMIN),
    admin("POST", "/v1/outbox/{id}/release", [401, 401, 401, 403, 403, 403, 404]).at("/v1/outbox/{conversation}/release").with("{}"),

    admin("GET", "/v1/mail", ADMIN),
    admin("DELETE", "/v1/outbox/{id}", success(ADMIN, 404)).at("/v1/outbox/{conversation}"),
    admin("POST", "/v1/mail/inbound/token", ADMIN).with("{}"),
    admin("GET", "/v1/mail/ledger", ADMIN),
    admin("GET", "/v1/mail/ledger/{id}", success(ADMIN, 404)).at("/v1/mail/ledger/{conversation}"),
    admin("POST", "/v1/mail/ledger/{id}/resend", success(ADMIN, 404)).at("/v1/mail/ledger/{conversation}/resend").with("{}"),
    admin("POST", "/v1/mail/test", ADMIN).with(r#"{"to":"desk@example.com"}"#),
    admin("GET", "/v1/mail/templates", ADMIN),
    admin("GET", "/v1/mail/templates/{name}/{locale}", ADMIN).at("/v1/mail/templates/mail.test/en"),
    admin("PUT", "/v1/mail/templates/{name}/{locale}", success(ADMIN, 409)).at("/v1/mail/templates/mail.test/en").with(r#"{"text":null,"expected_version":999}"#),
    admin("GET", "/v1/mail/templates/{name}/{locale}/versions", ADMIN).at("/v1/mail/templates/mail.test/en/versions"),
    admin("POST", "/v1/mail/templates/{name}/{locale}/preview", ADMIN).at("/v1/mail/templates/mail.test/en/preview").with(r#"{"subject":"Hello","body":"<mj-text>Hello</mj-text>"}"#),
    admin("GET", "/v1/mail/suppressions", ADMIN),
    admin("POST", "/v1/mail/suppressions", success(ADMIN, 201)).with(r#"{"address":"gone@example.com"}"#),
    admin("DELETE", "/v1/mail/suppressions/{address}", success(ADMIN, 404)).at("/v1/mail/suppressions/nobody@example.com"),
    admin("GET", "/v1/mail/received", ADMIN),
    admin("GET", "/v1/mail/received/{id}", success(ADMIN, 404)).at("/v1/mail/received/{conversation}"),
    // By its token alone, which nobody here has.
    site("POST", "/v1/mail/inbound", [401; 7]),
    admin("GET", "/v1/webhooks", ADMIN),
    admin("POST", "/v1/webhooks", success(ADMIN, 201)).with(r#"{"url":"https://hook.example/","events":["webhook.test"]}"#),
    admin("GET", "/v1/webhooks/{id}", ADMIN).at("/v1/webhooks/{webhook}"),
    admin("PATCH", "/v1/webhooks/{id}", ADMIN).at("/v1/webhooks/{webhook}").with(r#"{"expected_version":1,"description":"ours"}"#),
    admin("DELETE", "/v1/webhooks/{id}", success(ADMIN, 204)).at("/v1/webhooks/{webhook}"),
    admin("POST", "/v1/webhooks/{id}/secret", ADMIN).at("/v1/webhooks/{webhook}/secret").with(r#"{"expected_version":1}"#),
    admin("POST", "/v1/webhooks/{id}/test", ADMIN).at("/v1/webhooks/{webhook}/test").with("{}"),
    admin("GET", "/v1/webhooks/{id}/deliveries", ADMIN).at("/v1/webhooks/{webhook}/deliveries"),
];

const OWN: [&str; 7] = ["401", "-", "error not_found", "error not_found", "error not_found", "-", "-"];
/// Commands of staff with a `ref`.
const STAFF_OK: [&str; 7] =
    ["401", "error forbidden", "error forbidden", "error forbidden", "error not_found", "ok", "ok"];

#[rustfmt::skip]
pub(super) const FRAMES: &[FrameRow] = &[
    FrameRow { kind: "hello", frame: r#"{"protocol":1,"inbox":null,"resume":[{"conversation":"{conversation}","seq":0}]}"#,
        expects: ["401", "welcome recovered", "welcome not_found", "welcome not_found", "welcome not_found", "welcome recovered", "welcome recovered"] },
    FrameRow { kind: "subscribe", frame: r#"{"ref":"r","conversation":"{conversation}","seq":0}"#,
        expects: ["401", "subscribed", "subscribed not_found", "subscribed not_found", "subscribed not_found", "subscribed", "subscribed"] },
    FrameRow { kind: "unsubscribe", frame: r#"{"conversation":"{conversation}"}"#, expects: ["401", "-", "-", "-", "-", "-", "-"] },
    FrameRow { kind: "send", frame: r#"{"conversation":"{conversation}","client_message_id":"x","body":"hello"}"#,
        expects: ["401", "ack", "error not_found", "error not_found", "error not_found", "error client_message_id_reused", "error client_message_id_reused"] },
    FrameRow { kind: "note", frame: r#"{"conversation":"{conversation}","client_message_id":"x","body":"hello"}"#,
        expects: ["401", "error forbidden", "error forbidden", "error forbidden", "error not_found", "ack", "error client_message_id_reused"] },
    FrameRow { kind: "read", frame: r#"{"conversation":"{conversation}","seq":1}"#, expects: OWN },
    FrameRow { kind: "typing", frame: r#"{"conversation":"{conversation}","typing":true,"text":"Hel"}"#, expects: OWN },
    FrameRow { kind: "page", frame: r#"{"url":"https://acme.example/","title":"Home"}"#,
        expects: ["401", "-", "-", "-", "error forbidden", "error forbidden", "error forbidden"] },
    FrameRow { kind: "status", frame: r#"{"ref":"r","conversation":"{conversation}","status":"closed"}"#, expects: STAFF_OK },
    FrameRow { kind: "assign", frame: r#"{"ref":"r","conversation":"{conversation}","agent":null}"#, expects: STAFF_OK },
    FrameRow { kind: "team", frame: r#"{"ref":"r","conversation":"{conversation}","team":"{team}"}"#, expects: STAFF_OK },
    FrameRow { kind: "presence", frame: r#"{"status":"away"}"#, expects: ["401", "error forbidden", "error forbidden", "error forbidden", "-", "-", "-"] },
    FrameRow { kind: "tickets", frame: r#"{"follow":true,"only":[]}"#, expects: ["401", "tickets", "tickets", "tickets", "tickets", "tickets", "tickets"] },
    FrameRow { kind: "ping", frame: r#"{"n":1}"#, expects: ["401", "pong", "pong", "pong", "pong", "pong", "pong"] },
    FrameRow { kind: "pong", frame: r#"{"n":1}"#, expects: ["401", "-", "-", "-", "-", "-", "-"] },
];
