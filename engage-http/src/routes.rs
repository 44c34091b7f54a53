//! The one table of endpoints: what there is, who may, how often, how large, and who answers.

use std::borrow::Cow;

use engage_core::{Error, ErrorKind, Result};
use futures_util::future::BoxFuture;
use http::{Method, Response};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::body::Body;
use crate::handlers::{
    assets, audit, canned, chat, contact, contacts, faq, files, forms, health, mail, me, outbox, sessions, settings,
    ticket_link, tickets, views, webhooks,
};
use crate::limits::Rate;
use crate::query::{Kind, Parameter, from, limit, optional, required, seconds};
use crate::request::{Caller, Cx};
use crate::wire;

/// A JSON body of a usual request.
const SMALL: usize = 16 * 1024;
/// A JSON body with a message: 10,000 characters of up to four bytes, each perhaps escaped.
const MESSAGE: usize = 160 * 1024;
/// A mail as it comes in.
const MAIL: usize = engage_core::mail::MAIL_BYTES;
/// Which mails to list.
const MAIL_STATES: Kind =
    Kind::Word(&["any", "sending", "deferred", "uncertain", "sent", "kept", "refused", "suppressed"]);
/// Which mails that came in to list.
const RECEIVED_STATES: Kind = Kind::Word(&["any", "waiting", "claimed", "unclaimed", "automatic", "bounce", "loop"]);

/// A JSON body with a reply to a ticket, or with an article: 50,000 characters, each perhaps escaped.
const LONG: usize = 640 * 1024;
/// Some of a file.
const PART: usize = wire::FileRules::PART;

/// Where the WebSocket is.
pub(crate) const SOCKET: &str = "/v1/chat/socket";

/// Which mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// For visitors: widgets and their API.
    Site,
    /// For staff: the admin panel and its API.
    Admin,
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody; nobody is even looked for.
    Public,
    /// Anybody; who it is matters.
    Anyone,
    /// Visitors with a session or signed in at the host; on the admin side, staff.
    Known,
    /// Agents and admins.
    Staff,
    /// Admins.
    Admin,
}

/// Something that can be done at a path.
#[derive(Debug)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path under the mount; `{id}` stands for one segment.
    pub path: &'static str,
    /// Where it is mounted; `None`: on both sides.
    pub side: Option<Side>,
    /// Who may.
    pub access: Access,
    /// What it costs.
    pub rate: Rate,
    /// How many bytes a body may have.
    pub body_cap: usize,
    /// Whether `Idempotency-Key` counts.
    pub idempotent: bool,
    /// What it does, for OpenAPI.
    pub summary: &'static str,
    /// The body that it takes.
    pub takes: Option<Shape>,
    /// The media type of a body that is no JSON, but bytes.
    pub bytes: Option<&'static str>,
    /// The status of success and what it gives.
    pub gives: (u16, Option<Shape>),
    /// The query's parameters.
    pub query: Vec<Parameter>,
    pub(crate) handler: Handler,
}

/// A schema by its name.
#[derive(Clone, Copy)]
pub struct Shape {
    pub(crate) name: fn() -> Cow<'static, str>,
    pub(crate) schema: fn() -> RefOr<Schema>,
    pub(crate) nested: fn(&mut Vec<(String, RefOr<Schema>)>),
}

pub(crate) type Handler = fn(Cx) -> BoxFuture<'static, Result<Response<Body>>>;

macro_rules! to {
    ($($handler:ident)::+) => {
        |cx| Box::pin($($handler)::+(cx))
    };
}

/// Every endpoint of engage.
#[rustfmt::skip]
pub fn routes() -> Vec<Route> {
    use Side::{Admin, Site};
    const BEFORE: Parameter = optional("before", Kind::Cursor);
    const STATE: Parameter = optional("state", Kind::Word(&["all", "inbox", "quarantine", "done", "spam"]));
    const LANG: Parameter = optional("lang", Kind::Text);
    const LOCALE: Parameter = optional("locale", Kind::Text);
    const CHAT: &str = "/v1/chat/conversations/{id}";
    vec![
        get("/loader.js", to!(assets::loader), "The one script that a page needs").on(Site).public(),
        get("/", to!(assets::admin_index), "The admin panel").on(Admin).staff().rate(Rate::Read),
        get("/assets/{file}", to!(assets::asset), "Files of the front end; their names change with their content").public(),
        get("/health/live", to!(health::live), "Whether the process runs").public().gives::<wire::Health>(),
        get("/health/ready", to!(health::ready), "Whether the database answers").public().rate(Rate::Read).gives::<wire::Health>(),
        get("/v1/openapi.json", to!(crate::openapi::serve), "This API").public().rate(Rate::Read),

        post("/v1/session", to!(sessions::create), "Begins a visitor's session, or finds it").on(Site).anyone().rate(Rate::Begin).takes::<wire::Empty>().gives::<wire::SessionInfo>(),
        get("/v1/session", to!(sessions::show), "Who the visitor is").on(Site).anyone().gives::<wire::SessionInfo>(),
        patch("/v1/session", to!(sessions::update), "Says who the visitor is").on(Site).takes::<wire::UpdateSession>().gives::<wire::SessionInfo>(),
        delete("/v1/session", to!(sessions::end), "Forgets the session").on(Site),

        get("/contact", to!(contact::show), "The chat as a form, for browsers without JavaScript").on(Site).anyone().query([Parameter { name: "sent", kind: Kind::Flag, required: false }, optional("lang", Kind::Text)]),
        post("/contact", to!(contact::send), "Begins a conversation from that form, which is `application/x-www-form-urlencoded`").on(Site).anyone().query([optional("lang", Kind::Text)]).rate(Rate::Begin).cap(MESSAGE).sees_other(),

        get("/forms/{name}", to!(forms::show_page), "A form as a page").on(Site).anyone().query([Parameter { name: "sent", kind: Kind::Flag, required: false }, LANG]),
        post("/forms/{name}", to!(forms::send_page), "Sends the form of that page, which is `application/x-www-form-urlencoded`").on(Site).anyone().query([LANG]).cap(MESSAGE).sees_other(),
        get("/v1/forms/{name}", to!(forms::offer), "A form to fill in; `again` is the token of one that cannot be sent any more").on(Site).anyone().query([optional("again", Kind::Text)]).gives::<wire::FormOffer>(),
        post("/v1/forms/{name}", to!(forms::submit), "Sends a form; its token makes it idempotent").on(Site).anyone().cap(MESSAGE).takes::<wire::SendForm>().created::<wire::FormSent>(),
        get("/v1/forms", to!(forms::list), "All forms, by name").on(Admin).staff().gives::<wire::FormList>(),
        put("/v1/forms/{name}", to!(forms::put), "Makes a form, or changes it").on(Admin).admin().cap(MESSAGE).takes::<wire::SetForm>().gives::<wire::FormInfo>(),
        delete("/v1/forms/{name}", to!(forms::remove), "Removes a form; what was sent by it stays").on(Admin).admin(),
        get("/v1/forms/{name}/export", to!(forms::export), "What was sent by a form, newest first, as a file").on(Admin).staff().query([optional("format", Kind::Word(&["csv", "json"])), STATE]),
        get("/v1/submissions", to!(forms::submissions), "A page of what was sent by forms, newest first").on(Admin).staff().query([optional("form", Kind::Text), STATE, limit(30, 100), BEFORE]).gives::<wire::SubmissionPage>(),
        get("/v1/submissions/{id}", to!(forms::show_submission), "What was sent by a form").on(Admin).staff().gives::<wire::SubmissionInfo>(),
        put("/v1/submissions/{id}/state", to!(forms::set_state), "Lets through what was held back, or puts a submission elsewhere").on(Admin).staff().takes::<wire::SetSubmissionState>().gives::<wire::SubmissionInfo>(),
        delete("/v1/submissions/{id}", to!(forms::remove_submission), "Removes a submission for good").on(Admin).staff(),

        get("/v1/chat/conversations", to!(chat::list), "A page of conversations, latest change first").query([optional("status", Kind::Word(&["open", "snoozed", "closed", "all"])), optional("assignee", Kind::Text), optional("team", Kind::Text), optional("label", Kind::Text), optional("priority", Kind::Word(&["any", "low", "normal", "high", "urgent"])), optional("mentioned", Kind::Flag), limit(30, 100), BEFORE]).gives::<wire::ConversationPage>(),
        post("/v1/chat/conversations", to!(chat::open), "Begins a conversation with its first message").on(Site).rate(Rate::Begin).cap(MESSAGE).takes::<wire::OpenConversation>().created::<wire::OpenedConversation>().naturally_idempotent(),
        get(CHAT, to!(chat::snapshot), "A conversation with its newest entries").gives::<wire::Snapshot>(),
        get("/v1/chat/conversations/{id}/entries", to!(chat::entries), "Entries of a conversation, oldest first").query([from("after", 0), from("before", 1), optional("epoch", Kind::Text), limit(50, 200), seconds("wait", 25)]).gives::<wire::EntryPage>(),
        post("/v1/chat/conversations/{id}/messages", to!(chat::message), "Says something").cap(MESSAGE).takes::<wire::SendMessage>().created::<wire::Entry>().naturally_idempotent(),
        post("/v1/chat/conversations/{id}/notes", to!(chat::note), "Says something among staff").on(Admin).staff().cap(MESSAGE).takes::<wire::SendMessage>().created::<wire::Entry>().naturally_idempotent(),
        put("/v1/chat/conversations/{id}/read", to!(chat::read), "Moves the caller's read mark forward").takes::<wire::MarkRead>().gives::<wire::Marked>(),
        post("/v1/chat/conversations/{id}/typing", to!(chat::typing), "Says that the caller types").takes::<wire::SetTyping>().naturally_idempotent(),
        put("/v1/chat/conversations/{id}/status", to!(chat::status), "Opens, snoozes or closes").on(Admin).staff().takes::<wire::SetStatus>().gives::<wire::Conversation>(),
        put("/v1/chat/conversations/{id}/assignee", to!(chat::assignee), "Gives a conversation to an agent").on(Admin).staff().takes::<wire::SetAssignee>().gives::<wire::Conversation>(),
        put("/v1/chat/conversations/{id}/team", to!(chat::team), "Gives a conversation to a team").on(Admin).staff().takes::<wire::SetTeam>().gives::<wire::Conversation>(),
        put("/v1/chat/conversations/{id}/priority", to!(chat::priority), "Sets who comes first").on(Admin).staff().takes::<wire::SetPriority>().gives::<wire::Conversation>(),
        put("/v1/chat/conversations/{id}/language", to!(chat::language), "Sets in which language the visitor wants to be answered").on(Admin).staff().takes::<wire::SetLanguage>().gives::<wire::Conversation>(),
        post("/v1/chat/conversations/{id}/handoff", to!(chat::hand_off), "Asks for a person in place of the bot").on(Site).takes::<wire::Empty>().gives::<wire::Conversation>().naturally_idempotent(),
        put("/v1/chat/conversations/{id}/rating", to!(chat::rate), "Says how a closed conversation went").on(Site).takes::<wire::Rate>().gives::<wire::Conversation>(),
        get("/v1/chat/conversations/{id}/transcript", to!(chat::transcript), "A conversation as a text to keep").query([optional("format", Kind::Word(&["text", "html"])), optional("notes", Kind::Flag)]),
        post("/v1/chat/conversations/{id}/transcript", to!(chat::mail_transcript), "Mails a conversation to the address of its visitor").on(Site).rate(Rate::Begin).takes::<wire::Empty>(),
        patch("/v1/chat/conversations/{id}/labels", to!(chat::labels), "Puts labels on a conversation and takes others off").on(Admin).staff().takes::<wire::SetLabels>().gives::<wire::Conversation>(),
        patch("/v1/chat/conversations/{id}/attributes", to!(chat::attributes), "Changes what the site keeps of a conversation").on(Admin).staff().takes::<wire::SetAttributes>().gives::<wire::Conversation>(),
        get("/v1/chat/events", to!(chat::events), "Server-sent events of one conversation").rate(Rate::Connect).query([required("conversation", Kind::Id), from("after", 0), optional("epoch", Kind::Text)]),
        get("/v1/chat/conversations/{id}/pages", to!(chat::pages), "What the visitor has looked at on the site, latest first").on(Admin).staff().gives::<wire::PageList>(),
        post("/v1/chat/pages", to!(chat::visit), "Says what page the visitor looks at").on(Site).rate(Rate::Page).takes::<wire::PageSeen>().naturally_idempotent(),
        get(SOCKET, to!(chat::socket), "The WebSocket").rate(Rate::Connect).changing(),
        get("/v1/chat/search", to!(chat::search), "Messages and notes with all the words of a query, latest first").on(Admin).staff().query([required("query", Kind::Text), limit(20, 50), BEFORE]).gives::<wire::SearchPage>(),
        get("/v1/chat/agents", to!(chat::agents), "The agents and whether they are there").on(Admin).staff().gives::<wire::AgentList>(),
        get("/v1/chat/teams", to!(chat::teams), "The teams, who is in them, and what waits for them").on(Admin).staff().rate(Rate::Read).gives::<wire::TeamList>(),
        get("/v1/chat/labels", to!(chat::known_labels), "Labels in use, in order").on(Admin).staff().query([optional("search", Kind::Text), limit(100, 500)]).gives::<wire::LabelList>(),
        put("/v1/chat/conversations/{id}/unread", to!(chat::unread), "Shows a conversation to the caller as unread until they read in it").on(Admin).staff().takes::<wire::Empty>(),
        put("/v1/chat/agents/me", to!(chat::presence), "Says whether the caller takes chats").on(Admin).staff().takes::<wire::SetPresence>().gives::<wire::Agent>(),
        put("/v1/chat/agents/{id}", to!(chat::agent), "Sets what an agent takes").on(Admin).admin().takes::<wire::SetAgent>().gives::<wire::Agent>(),

        get("/v1/canned", to!(canned::list), "A page of canned replies, in the order of the shortcodes").on(Admin).staff().query([optional("search", Kind::Text), limit(30, 100), optional("after", Kind::Cursor)]).gives::<wire::CannedPage>(),
        post("/v1/canned", to!(canned::create), "Makes a canned reply").on(Admin).staff().cap(MESSAGE).takes::<wire::NewCanned>().created::<wire::Canned>(),
        get("/v1/canned/{id}", to!(canned::show), "A canned reply").on(Admin).staff().gives::<wire::Canned>(),
        put("/v1/canned/{id}", to!(canned::update), "Changes a canned reply").on(Admin).staff().cap(MESSAGE).takes::<wire::SetCanned>().gives::<wire::Canned>(),
        delete("/v1/canned/{id}", to!(canned::remove), "Removes a canned reply").on(Admin).staff(),
        get("/v1/canned/{id}/text", to!(canned::text), "The text of a canned reply as the caller would say it in a conversation").on(Admin).staff().query([required("conversation", Kind::Id)]).gives::<wire::CannedText>(),

        get("/v1/tickets", to!(tickets::list), "A page of tickets, latest change first").query([optional("status", Kind::Text), optional("assignee", Kind::Text), optional("team", Kind::Text), optional("tag", Kind::Text), optional("requester", Kind::Id), optional("priority", Kind::Word(&["any", "low", "normal", "high", "urgent"])), optional("snoozed", Kind::Word(&["yes", "no"])), limit(30, 100), optional("after", Kind::Cursor)]).gives::<wire::TicketPage>(),
        post("/v1/tickets", to!(tickets::create), "Opens a ticket").rate(Rate::Begin).cap(LONG).takes::<wire::NewTicket>().created::<wire::Ticket>().naturally_idempotent(),
        post("/v1/tickets/link", to!(ticket_link::ask), "Mails the way to their tickets to somebody without an account; answers the same whether the address is known or not").on(Site).anyone().rate(Rate::Begin).takes::<wire::AskTicketLink>(),
        get("/tickets/link", to!(ticket_link::show), "The page that a mailed link leads to").on(Site).anyone().query([optional("token", Kind::Text)]),
        post("/tickets/link", to!(ticket_link::open), "Uses the link up and begins a session; takes what the form of that page sends, `application/x-www-form-urlencoded`").on(Site).anyone().rate(Rate::Begin).sees_other(),
        get("/v1/tickets/search", to!(tickets::search), "Replies, notes and subjects with all the words of a query, latest first").on(Admin).staff().query([required("query", Kind::Text), limit(20, 50), BEFORE]).gives::<wire::TicketSearchPage>(),
        post("/v1/tickets/bulk", to!(tickets::bulk), "Does the same to many tickets").on(Admin).staff().cap(LONG).takes::<wire::TicketBulk>().gives::<wire::TicketBulkDone>(),
        get("/v1/tickets/macros", to!(tickets::macros), "The macros of tickets that the caller may use").on(Admin).staff().gives::<wire::TicketMacroList>(),
        post("/v1/tickets/macros", to!(tickets::run_macro), "Applies a macro to tickets").on(Admin).staff().takes::<wire::RunTicketMacro>().gives::<wire::TicketBulkDone>().naturally_idempotent(),
        get("/v1/tickets/mails", to!(tickets::mails), "Whether the caller is mailed what happens to tickets that they see to or follow").on(Admin).staff().gives::<wire::TicketMails>(),
        put("/v1/tickets/mails", to!(tickets::want_mails), "Says whether the caller wants such mails").on(Admin).staff().takes::<wire::SetTicketMails>().gives::<wire::TicketMails>(),
        get("/v1/tickets/numbers/{number}", to!(tickets::by_number), "The ticket that people call so; of a merged one, where it goes on").gives::<wire::Ticket>(),
        get("/v1/tickets/{id}", to!(tickets::show), "A ticket with its newest entries and what belongs to it").gives::<wire::TicketSnapshot>(),
        patch("/v1/tickets/{id}", to!(tickets::edit), "Changes a ticket's fields").on(Admin).staff().takes::<wire::SetTicket>().gives::<wire::Ticket>(),
        get("/v1/tickets/{id}/entries", to!(tickets::entries), "Entries of a ticket, oldest first").query([from("after", 0), from("before", 1), limit(50, 200)]).gives::<wire::TicketEntryPage>(),
        post("/v1/tickets/{id}/replies", to!(tickets::reply), "Says something to everybody").cap(LONG).takes::<wire::TicketReply>().created::<wire::TicketWithEntry>().naturally_idempotent(),
        post("/v1/tickets/{id}/notes", to!(tickets::note), "Says something among staff").on(Admin).staff().cap(LONG).takes::<wire::TicketNote>().created::<wire::TicketWithEntry>().naturally_idempotent(),
        post("/v1/tickets/{id}/time", to!(tickets::time), "Notes down work").on(Admin).staff().takes::<wire::TicketTime>().created::<wire::TicketWithEntry>().naturally_idempotent(),
        put("/v1/tickets/{id}/done", to!(tickets::done), "Solves a ticket, or opens it again").on(Site).takes::<wire::SetDone>().gives::<wire::Ticket>(),
        put("/v1/tickets/{id}/rating", to!(tickets::rate), "Says how a solved ticket went").on(Site).takes::<wire::Rate>().gives::<wire::Ticket>(),
        post("/v1/tickets/{id}/merge", to!(tickets::merge), "Makes a ticket a part of another of the same requester, for good").on(Admin).staff().takes::<wire::MergeTicket>().gives::<wire::Ticket>().naturally_idempotent(),
        post("/v1/tickets/{id}/split", to!(tickets::split), "Copies replies and notes into a ticket of their own").on(Admin).staff().takes::<wire::SplitTicket>().created::<wire::Ticket>().naturally_idempotent(),
        put("/v1/tickets/{id}/parent", to!(tickets::parent), "Makes a ticket a part of another that goes on by itself").on(Admin).staff().takes::<wire::SetParent>().gives::<wire::Ticket>(),
        put("/v1/tickets/{id}/link", to!(tickets::link), "Says that a ticket has to do with another, or no longer").on(Admin).staff().takes::<wire::SetLink>().gives::<wire::Ticket>(),
        post("/v1/tickets/{id}/rules", to!(tickets::try_rules), "Says what rules would do to a ticket, without doing it").on(Admin).admin().cap(LONG).takes::<wire::TryTicketRules>().gives::<wire::TriedTicketRules>(),
        get("/v1/tickets/{id}/draft", to!(tickets::draft), "What the caller was writing on a ticket").on(Admin).staff().gives::<wire::TicketDraft>(),
        put("/v1/tickets/{id}/draft", to!(tickets::keep_draft), "Keeps what the caller is writing on a ticket").on(Admin).staff().cap(LONG).takes::<wire::SetDraft>().gives::<wire::TicketDraft>(),
        put("/v1/tickets/{id}/looking", to!(tickets::look), "Says what the caller does with a ticket, and gives who else is there").on(Admin).staff().takes::<wire::SetLooking>().gives::<wire::LookerList>(),
        post("/v1/chat/conversations/{id}/ticket", to!(tickets::from_chat), "Makes a conversation a ticket of its visitor").on(Admin).staff().takes::<wire::TicketSubject>().created::<wire::Ticket>().naturally_idempotent(),

        get("/help", to!(faq::pages::home), "The help centre, as pages").on(Site).anyone().query([LANG]),
        get("/help/search", to!(faq::pages::search), "What was found in the help centre, as a page").on(Site).anyone().query([optional("query", Kind::Text), LANG]),
        get("/help/sitemap.xml", to!(faq::pages::sitemap), "The help centre for search engines").on(Site).public().rate(Rate::Read),
        get("/help/{category}", to!(faq::pages::category), "A category of the help centre, as a page").on(Site).anyone().query([LANG]),
        get("/help/{category}/{slug}", to!(faq::pages::article), "An article of the help centre, as a page").on(Site).anyone().query([LANG, optional("search", Kind::Id), optional("voted", Kind::Flag)]),
        post("/help/{category}/{slug}", to!(faq::pages::vote), "Says whether an article helped, by a form, which is `application/x-www-form-urlencoded`").on(Site).anyone().rate(Rate::Begin).sees_other(),
        get("/v1/help", to!(faq::shelf), "What a reader may see of the help centre").on(Site).anyone().query([LOCALE]).gives::<wire::HelpShelf>(),
        get("/v1/help/search", to!(faq::search), "What a reader finds in the help centre, best first").on(Site).anyone().query([required("query", Kind::Text), LOCALE, limit(10, 20)]).gives::<wire::HelpHits>(),
        get("/v1/help/articles/{slug}", to!(faq::article), "An article of the help centre").on(Site).anyone().query([LOCALE]).gives::<wire::HelpPage>(),
        put("/v1/help/articles/{slug}/vote", to!(faq::vote), "Says whether an article helped").on(Site).takes::<wire::HelpVote>().gives::<wire::HelpVote>(),
        post("/v1/help/searches", to!(faq::note_search), "Notes a search that has come to rest").on(Site).anyone().takes::<wire::NoteSearch>().created::<wire::NotedSearch>(),
        patch("/v1/help/searches/{id}", to!(faq::follow_search), "Says what came of a search").on(Site).anyone().takes::<wire::FollowSearch>(),
        post("/v1/help/suggestions", to!(faq::suggest), "What may answer a text that somebody is about to send").on(Site).anyone().takes::<wire::AskSuggestions>().gives::<wire::Suggestions>(),

        get("/v1/faq/categories", to!(faq::desk::categories), "The categories of the help centre").on(Admin).staff().gives::<wire::FaqCategories>(),
        post("/v1/faq/categories", to!(faq::desk::create_category), "Makes a category").on(Admin).staff().takes::<wire::NewFaqCategory>().created::<wire::FaqCategory>(),
        put("/v1/faq/categories/{id}", to!(faq::desk::update_category), "Changes a category").on(Admin).staff().takes::<wire::SetFaqCategory>().gives::<wire::FaqCategory>(),
        delete("/v1/faq/categories/{id}", to!(faq::desk::remove_category), "Removes an empty category").on(Admin).admin(),
        get("/v1/faq/articles", to!(faq::desk::list), "A page of articles, in the order of their positions").on(Admin).staff().query([optional("category", Kind::Id), limit(50, 200), optional("after", Kind::Cursor)]).gives::<wire::FaqArticles>(),
        post("/v1/faq/articles", to!(faq::desk::create), "Makes an article, which readers do not see yet").on(Admin).staff().cap(LONG).takes::<wire::NewFaqArticle>().created::<wire::FaqArticle>(),
        get("/v1/faq/articles/{id}", to!(faq::desk::show), "An article").on(Admin).staff().gives::<wire::FaqArticle>(),
        put("/v1/faq/articles/{id}", to!(faq::desk::update), "Says where an article stands and who sees it").on(Admin).staff().takes::<wire::SetFaqArticle>().gives::<wire::FaqArticle>(),
        delete("/v1/faq/articles/{id}", to!(faq::desk::remove), "Removes an article with all its revisions").on(Admin).admin(),
        get("/v1/faq/articles/{id}/comments", to!(faq::desk::comments), "What people said of an article in words, latest first").on(Admin).staff().query([limit(30, 100), BEFORE]).gives::<wire::FaqComments>(),
        put("/v1/faq/articles/{id}/texts/{locale}", to!(faq::desk::save), "Saves a text as its next revision").on(Admin).staff().cap(LONG).takes::<wire::SaveFaqText>().gives::<wire::FaqRevision>(),
        put("/v1/faq/articles/{id}/texts/{locale}/live", to!(faq::desk::live), "Says which revision readers see").on(Admin).staff().takes::<wire::SetFaqLive>().gives::<wire::FaqArticle>(),
        get("/v1/faq/articles/{id}/texts/{locale}/revisions", to!(faq::desk::revisions), "Revisions of a text, newest first").on(Admin).staff().query([from("before", 1), limit(30, 100)]).gives::<wire::FaqRevisions>(),
        get("/v1/faq/articles/{id}/texts/{locale}/revisions/{number}", to!(faq::desk::revision), "A revision").on(Admin).staff().gives::<wire::FaqRevision>(),
        post("/v1/faq/preview", to!(faq::desk::preview), "What markdown becomes").on(Admin).staff().cap(LONG).takes::<wire::FaqMarkdown>().gives::<wire::FaqHtml>().naturally_idempotent(),
        get("/v1/faq/search", to!(faq::search), "What staff find in the help centre, best first").on(Admin).staff().query([required("query", Kind::Text), LOCALE, limit(10, 20)]).gives::<wire::HelpHits>(),
        get("/v1/faq/synonyms/{locale}", to!(faq::desk::synonyms), "What means the same in a language").on(Admin).staff().gives::<wire::FaqSynonyms>(),
        put("/v1/faq/synonyms/{locale}", to!(faq::desk::set_synonyms), "Sets what means the same in a language").on(Admin).staff().cap(LONG).takes::<wire::SetFaqSynonyms>().gives::<wire::FaqSynonyms>(),
        get("/v1/faq/report", to!(faq::desk::report), "What was searched for, and what was not found").on(Admin).staff().query([Parameter { name: "days", kind: Kind::Number { min: 1, max: 365, default: Some(30) }, required: false }, optional("order", Kind::Word(&["popular", "gaps"])), limit(20, 100)]).gives::<wire::FaqReport>(),

        get("/v1/views", to!(views::list), "The caller's saved views and the shared ones, by name").on(Admin).staff().query([optional("kind", Kind::Word(&["chat", "tickets"]))]).gives::<wire::ViewList>(),
        post("/v1/views", to!(views::create), "Makes a saved view").on(Admin).staff().takes::<wire::NewView>().created::<wire::View>(),
        put("/v1/views/{id}", to!(views::update), "Changes a saved view").on(Admin).staff().takes::<wire::SetView>().gives::<wire::View>(),
        delete("/v1/views/{id}", to!(views::remove), "Removes a saved view").on(Admin).staff(),

        post("/v1/files", to!(files::create), "Begins to send a file").takes::<wire::NewFile>().created::<wire::File>(),
        get("/v1/files/{id}", to!(files::show), "A file and how much of it has come").gives::<wire::File>(),
        patch("/v1/files/{id}", to!(files::part), "Sends the next bytes of a file, which are `application/offset+octet-stream`").rate(Rate::Part).cap(PART).bytes("application/offset+octet-stream").query([Parameter { required: true, ..from("offset", 0) }]).gives::<wire::File>(),
        delete("/v1/files/{id}", to!(files::remove), "Gives up a file that was not sent"),
        get("/v1/files/{id}/content", to!(files::content), "The bytes of a file, or a range of them").query([optional("download", Kind::Flag)]),

        get("/v1/me", to!(me::show), "Who the caller is").on(Admin).staff().gives::<wire::Me>(),
        get("/v1/contacts", to!(contacts::search), "Contacts by the beginnings of words of their names and addresses, newest first").on(Admin).staff().query([required("query", Kind::Text), limit(20, 50), BEFORE]).gives::<wire::ContactPage>(),
        get("/v1/contacts/{id}", to!(contacts::show), "A contact").on(Admin).staff().gives::<wire::ContactInfo>(),
        patch("/v1/contacts/{id}", to!(contacts::update), "Changes what is known of a contact").on(Admin).staff().takes::<wire::UpdateContact>().gives::<wire::ContactInfo>(),
        post("/v1/contacts/{id}/conversations", to!(contacts::write), "Begins a conversation with a contact by a message").on(Admin).staff().cap(MESSAGE).takes::<wire::WriteToContact>().created::<wire::OpenedConversation>().naturally_idempotent(),
        put("/v1/contacts/{id}/blocked", to!(contacts::block), "Keeps a contact from writing, or lets them again").on(Admin).staff().takes::<wire::SetBlocked>().gives::<wire::ContactInfo>(),
        get("/v1/contacts/{id}/conversations", to!(contacts::conversations), "A page of the conversations of a contact, latest change first").on(Admin).staff().query([limit(20, 100), BEFORE]).gives::<wire::ContactConversations>(),
        post("/v1/contacts/{id}/merge", to!(contacts::merge), "Makes two contacts one").on(Admin).admin().takes::<wire::MergeContact>().gives::<wire::ContactInfo>(),
        delete("/v1/contacts/{id}/sessions", to!(contacts::revoke), "Ends all sessions of a contact, everywhere").on(Admin).staff().gives::<wire::Revoked>(),
        get("/v1/settings", to!(settings::show), "The settings").on(Admin).staff().gives::<wire::SettingList>(),
        put("/v1/settings/{key}", to!(settings::set), "Changes a setting").on(Admin).admin().takes::<wire::SetSetting>().gives::<wire::SettingInfo>(),
        get("/v1/audit", to!(audit::list), "A page of the audit log, newest first").on(Admin).admin().query([limit(50, 200), BEFORE]).gives::<wire::AuditPage>(),
        get("/v1/outbox/dead", to!(outbox::dead), "Promises that were given up").on(Admin).admin().query([limit(50, 200)]).gives::<wire::DeadLetterList>(),
        post("/v1/outbox/{id}/release", to!(outbox::release), "Tries a promise again").on(Admin).admin().takes::<wire::Empty>(),

        delete("/v1/outbox/{id}", to!(outbox::discard), "Gives a promise up for good").on(Admin).admin(),
        get("/v1/mail", to!(mail::show), "How mail is set up").on(Admin).admin().gives::<wire::MailInfo>(),
        post("/v1/mail/inbound/token", to!(mail::rotate_token), "Makes another token for mail that comes in").on(Admin).admin().takes::<wire::Empty>().gives::<wire::MailInfo>(),
        get("/v1/mail/ledger", to!(mail::ledger), "What became of mails, newest first").on(Admin).admin().query([optional("state", MAIL_STATES), optional("recipient", Kind::Text), limit(50, 200), BEFORE]).gives::<wire::MailPage>(),
        get("/v1/mail/ledger/{id}", to!(mail::record), "A mail, with what it says while that is kept").on(Admin).admin().gives::<wire::MailDetail>(),
        post("/v1/mail/ledger/{id}/resend", to!(mail::resend), "Tries a mail again that was refused or suppressed").on(Admin).admin().takes::<wire::Empty>(),
        post("/v1/mail/test", to!(mail::test), "Sends a mail that says only that it arrives").on(Admin).admin().takes::<wire::MailTest>().gives::<wire::MailTestSent>(),
        get("/v1/mail/templates", to!(mail::templates), "The templates").on(Admin).admin().gives::<wire::TemplateList>(),
        get("/v1/mail/templates/{name}/{locale}", to!(mail::template), "What a template says in a language").on(Admin).admin().gives::<wire::TemplateShown>(),
        put("/v1/mail/templates/{name}/{locale}", to!(mail::set_template), "Changes what a template says, or goes back to what engage brings").on(Admin).admin().cap(MESSAGE).takes::<wire::SetTemplate>().gives::<wire::TemplateVersion>(),
        get("/v1/mail/templates/{name}/{locale}/versions", to!(mail::versions), "The versions of a template, newest first").on(Admin).admin().gives::<wire::TemplateVersionList>(),
        post("/v1/mail/templates/{name}/{locale}/preview", to!(mail::preview), "What a text would look like").on(Admin).admin().cap(MESSAGE).takes::<wire::TemplateText>().gives::<wire::TemplatePreview>().naturally_idempotent(),
        get("/v1/mail/suppressions", to!(mail::suppressions), "Addresses that get no mail, in their order").on(Admin).admin().query([optional("search", Kind::Text), limit(50, 200), optional("after", Kind::Cursor)]).gives::<wire::SuppressionPage>(),
        post("/v1/mail/suppressions", to!(mail::suppress), "Sends no more mail to an address").on(Admin).admin().takes::<wire::SuppressAddress>().created::<wire::SuppressionInfo>(),
        delete("/v1/mail/suppressions/{address}", to!(mail::unsuppress), "Sends mail to an address again").on(Admin).admin(),
        get("/v1/mail/received", to!(mail::inbox), "What came in by mail, newest first").on(Admin).admin().query([optional("state", RECEIVED_STATES), limit(50, 200), BEFORE]).gives::<wire::ReceivedPage>(),
        get("/v1/mail/received/{id}", to!(mail::received), "A mail that came in, with what it says while that is kept").on(Admin).admin().gives::<wire::ReceivedDetail>(),
        post("/v1/mail/inbound", to!(mail::receive), "Takes a mail in, as `message/rfc822`, from whoever knows the token").on(Site).public().cap(MAIL).bytes("message/rfc822").gives::<wire::MailReceived>().naturally_idempotent(),

        get("/v1/webhooks", to!(webhooks::list), "Where events are sent to").on(Admin).admin().gives::<wire::WebhookList>(),
        post("/v1/webhooks", to!(webhooks::create), "Makes a webhook; its secret is told only now").on(Admin).admin().takes::<wire::CreateWebhook>().created::<wire::WebhookWithSecret>(),
        get("/v1/webhooks/{id}", to!(webhooks::show), "A webhook").on(Admin).admin().gives::<wire::WebhookInfo>(),
        patch("/v1/webhooks/{id}", to!(webhooks::update), "Changes a webhook").on(Admin).admin().takes::<wire::UpdateWebhook>().gives::<wire::WebhookInfo>(),
        delete("/v1/webhooks/{id}", to!(webhooks::delete), "Deletes a webhook").on(Admin).admin(),
        post("/v1/webhooks/{id}/secret", to!(webhooks::rotate), "Gives a webhook a new secret, told only now").on(Admin).admin().takes::<wire::RotateSecret>().gives::<wire::WebhookWithSecret>(),
        post("/v1/webhooks/{id}/test", to!(webhooks::test), "Sends a test to a webhook").on(Admin).admin().takes::<wire::Empty>().gives::<wire::TestSent>(),
        get("/v1/webhooks/{id}/deliveries", to!(webhooks::deliveries), "What came of a webhook's deliveries, newest first").on(Admin).admin().query([limit(50, 200), BEFORE]).gives::<wire::DeliveryPage>(),
    ]
}

fn route(method: Method, path: &'static str, handler: Handler, summary: &'static str) -> Route {
    let (rate, access) = if method == Method::GET { (Rate::Read, Access::Known) } else { (Rate::Write, Access::Known) };
    let gives = (if method == Method::GET { 200 } else { 204 }, None);
    let idempotent = method == Method::POST;
    Route {
        method,
        path,
        side: None,
        access,
        rate,
        body_cap: SMALL,
        idempotent,
        summary,
        takes: None,
        bytes: None,
        gives,
        query: Vec::new(),
        handler,
    }
}

fn get(path: &'static str, handler: Handler, summary: &'static str) -> Route {
    route(Method::GET, path, handler, summary)
}

fn post(path: &'static str, handler: Handler, summary: &'static str) -> Route {
    route(Method::POST, path, handler, summary)
}

fn put(path: &'static str, handler: Handler, summary: &'static str) -> Route {
    route(Method::PUT, path, handler, summary)
}

fn patch(path: &'static str, handler: Handler, summary: &'static str) -> Route {
    route(Method::PATCH, path, handler, summary)
}

fn delete(path: &'static str, handler: Handler, summary: &'static str) -> Route {
    route(Method::DELETE, path, handler, summary)
}

impl Route {
    fn on(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    fn public(mut self) -> Self {
        (self.access, self.rate) = (Access::Public, Rate::Free);
        self
    }

    /// Looks who it is, but lets everybody in; makes no promise by `Idempotency-Key`, as the answer sets a cookie.
    fn anyone(mut self) -> Self {
        (self.access, self.idempotent) = (Access::Anyone, false);
        self
    }

    fn staff(mut self) -> Self {
        self.access = Access::Staff;
        self
    }

    fn admin(mut self) -> Self {
        self.access = Access::Admin;
        self
    }

    fn rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    fn cap(mut self, bytes: usize) -> Self {
        self.body_cap = bytes;
        self
    }

    /// Its own body carries the id that makes it idempotent.
    fn naturally_idempotent(mut self) -> Self {
        self.idempotent = false;
        self
    }

    /// A GET that other sites must not make a browser send.
    fn changing(mut self) -> Self {
        self.body_cap = 0;
        self
    }

    fn query<const N: usize>(mut self, parameters: [Parameter; N]) -> Self {
        self.query = parameters.to_vec();
        self
    }

    fn bytes(mut self, media: &'static str) -> Self {
        self.bytes = Some(media);
        self
    }

    fn takes<T: ToSchema>(mut self) -> Self {
        self.takes = Some(Shape::of::<T>());
        self
    }

    fn gives<T: ToSchema>(mut self) -> Self {
        self.gives = (200, Some(Shape::of::<T>()));
        self
    }

    fn created<T: ToSchema>(mut self) -> Self {
        self.gives = (201, Some(Shape::of::<T>()));
        self
    }

    /// Leads to a page.
    fn sees_other(mut self) -> Self {
        self.gives = (303, None);
        self
    }

    /// Whether a page sends it, as no JSON. Pages lead on to others.
    pub(crate) fn takes_a_form(&self) -> bool {
        self.gives.0 == 303
    }

    pub(crate) fn is_on(&self, side: Side) -> bool {
        self.side.is_none_or(|own| own == side)
    }

    /// Whether it must come from the own site.
    pub(crate) fn changes_something(&self) -> bool {
        self.method != Method::GET || self.body_cap == 0
    }

    /// The names in its path.
    pub(crate) fn params(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl Access {
    pub(crate) fn allows(self, caller: &Caller) -> Result<()> {
        match (self, caller) {
            (Self::Public | Self::Anyone, _) | (Self::Known, Caller::Visitor(_) | Caller::Staff(_)) => Ok(()),
            (Self::Known, Caller::Nobody) => Err(Error::new(ErrorKind::Unauthenticated, "there is no session")),
            (Self::Staff, Caller::Staff(_)) => Ok(()),
            (Self::Admin, Caller::Staff(staff)) if staff.admin => Ok(()),
            (Self::Staff, _) => Err(Error::new(ErrorKind::Forbidden, "this is for staff")),
            (Self::Admin, _) => Err(Error::new(ErrorKind::Forbidden, "this is for admins")),
        }
    }
}

impl Shape {
    fn of<T: ToSchema>() -> Self {
        Self { name: T::name, schema: T::schema, nested: T::schemas }
    }
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&(self.name)())
    }
}
