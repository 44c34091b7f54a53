//! What goes over the wire, as JSON: the types of `docs/protocol/chat.md`.
//!
//! Made from the core's types for one [`engage_core::Audience`], so that what only staff may see cannot get into what a
//! visitor reads.

mod admin;
mod canned;
mod commands;
mod conversation;
mod entry;
mod faq;
mod files;
mod forms;
mod frames;
mod help;
mod invitation;
mod mail;
mod page;
mod requests;
mod scalar;
mod search;
#[cfg(test)]
mod tests;
mod ticket_entry;
mod ticket_requests;
mod ticket_rules;
mod tickets;
mod views;
mod webhooks;

pub use admin::{
    AuditLine, AuditPage, ContactInfo, DeadLetter, DeadLetterList, Health, MergeContact, Revoked, SetBlocked,
    SetSetting, SettingInfo, SettingList, UpdateContact,
};
pub use canned::{Canned, CannedPage, CannedText, NewCanned, SetCanned};
pub use commands::{
    AssignCommand, ClientFrame, FollowTickets, Hello, Ping, Place, Pong, PresenceCommand, Read, Send, StatusCommand,
    Subscribe, TeamCommand, Typing, Unsubscribe,
};
pub use conversation::{
    Assignee, Blocked, Contact, Conversation, Excerpt, ExcerptKind, Rating, ReadMark, Reader, fold_reads,
};
pub use entry::{Author, AuthorKind, Change, Entry, encode_entry};
pub(crate) use faq::names as faq_names;
pub use faq::{
    FaqArticle, FaqArticles, FaqCategories, FaqCategory, FaqComment, FaqComments, FaqCount, FaqHtml, FaqMarkdown,
    FaqName, FaqReport, FaqRevision, FaqRevisionLine, FaqRevisions, FaqStanding, FaqSynonyms, FaqText, FaqVisibility,
    NewFaqArticle, NewFaqCategory, SaveFaqText, SetFaqArticle, SetFaqCategory, SetFaqLive, SetFaqSynonyms,
};
pub use files::{File, FileRules, NewFile, Pixels, Refusal, SentFile, UploadState};
pub use forms::{
    FormAnswer, FormBecame, FormBecomes, FormChallenge, FormCondition, FormConsent, FormDefinition, FormField,
    FormFieldKind, FormInfo, FormList, FormOffer, FormProtection, FormReason, FormSent, SendForm, SetForm,
    SetSubmissionState, SubmissionInfo, SubmissionPage, SubmissionState,
};
pub use frames::{
    Ack, Bye, ByeCode, Done, GapTold, InboxChanged, InboxState, Limits, NotFound, PresenceTold, PresentAgent,
    QueueTold, ReadTold, Recovered, Refused, ServerFrame, Subscribed, Subscription, TicketsChanged, TypingTold,
    Welcome,
};
pub use help::{
    AskSuggestions, FollowSearch, FoundText, HelpArticle, HelpCategory, HelpEnded, HelpHit, HelpHits, HelpPage,
    HelpShelf, HelpSource, HelpVote, NoteSearch, NotedSearch, Suggestions,
};
pub use invitation::{Invitation, Visits, When};
pub use mail::{
    MailContent, MailDetail, MailInfo, MailPage, MailReceived, MailRow, MailTest, MailTestSent, ReceivedDetail,
    ReceivedPage, ReceivedRow, SetTemplate, SuppressAddress, SuppressionInfo, SuppressionPage, TemplateInfo,
    TemplateList, TemplateLocale, TemplatePreview, TemplateShown, TemplateText, TemplateVariable, TemplateVersion,
    TemplateVersionList,
};
pub use page::{Page, PageList, PageSeen, PageTold};
pub use requests::{
    Agent, AgentList, ContactConversations, ConversationPage, Empty, EntryPage, Field, FieldKind, LabelList, MarkRead,
    Marked, Me, OpenConversation, OpenedConversation, Rate, SendMessage, SessionInfo, SetAgent, SetAssignee,
    SetAttributes, SetLabels, SetLanguage, SetPresence, SetPriority, SetStatus, SetTeam, SetTyping, Site, SiteInfo,
    Snapshot, Team, TeamList, UpdateSession, WriteToContact,
};
pub use scalar::{Chosen, Presence, Priority, Status, Time};
pub use search::{ContactPage, SearchPage, SearchResult};
pub use ticket_entry::{TicketChange, TicketEntry};
pub use ticket_requests::{
    AskTicketLink, MergeTicket, NewTicket, SetDone, SetDraft, SetLink, SetLooking, SetParent, SetTicket,
    SetTicketMails, SplitTicket, TicketBulk, TicketEdit, TicketNote, TicketReply, TicketSubject, TicketTime,
};
pub use ticket_rules::{
    RunTicketMacro, TicketMacro, TicketMacroList, TicketRuleResult, TicketRuleStep, TriedTicketRules, TryTicketRules,
};
pub use tickets::{
    Looker, LookerList, Ticket, TicketBulkDone, TicketBulkResult, TicketDesk, TicketDraft, TicketEntryPage,
    TicketMails, TicketPage, TicketPart, TicketSearchPage, TicketSnapshot, TicketTarget, TicketWithEntry,
};
pub use views::{Filter, NewView, SetView, View, ViewList};
pub use webhooks::{
    CreateWebhook, DeliveryInfo, DeliveryPage, RotateSecret, TestSent, UpdateWebhook, WebhookDisabled, WebhookInfo,
    WebhookList, WebhookWithSecret,
};
