//! Conversations.

use std::time::Duration;

use engage_core::attributes::AttributePatch;
use engage_core::chat::{AgentStatus, Begin, Draft, EntryRange, Opened, Opening, Priority, Send, TranscriptFormat};
use engage_core::ids::{ConversationId, EntryId};
use engage_core::views::{ChatFilter, ViewStatus};
use engage_core::{Audience, Error, ErrorKind, Result};
use http::{HeaderValue, Response, header};

use crate::body::{self, Body};
use crate::cursor;
use crate::live;
use crate::problem::malformed;
use crate::query::Query;
use crate::request::{Cx, created, no_content, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    // What else there is to ask for is for staff.
    let asked = |name| query.text(name).map(|value| cx.staff().map(|_| value.to_owned())).transpose();
    let filter = ChatFilter {
        status: match query.word("status") {
            "open" => Some(ViewStatus::Open),
            "closed" => Some(ViewStatus::Closed),
            "snoozed" if cx.staff().is_ok() => Some(ViewStatus::Snoozed),
            "all" => Some(ViewStatus::All),
            _ => return Err(Error::invalid("/status", "unknown", "open, closed or all")),
        },
        assignee: match query.text("assignee") {
            Some(whose @ ("any" | "none")) => Some(whose.to_owned()),
            _ => asked("assignee")?,
        },
        team: asked("team")?,
        label: asked("label")?,
        priority: match query.word("priority") {
            "low" => cx.staff().map(|_| Some(Priority::Low))?,
            "normal" => cx.staff().map(|_| Some(Priority::Normal))?,
            "high" => cx.staff().map(|_| Some(Priority::High))?,
            "urgent" => cx.staff().map(|_| Some(Priority::Urgent))?,
            _ => None,
        },
        mentioned: query.flag("mentioned") && cx.staff().map(|_| true)?,
    };
    let mut wanted = filter.query(cx.sight()?, limit);
    wanted.before = query.text("before").map(cursor::read).transpose()?;
    // Before the list, so that a change in between comes again rather than never.
    let head = cx.engage.chat().inbox_head().await?;
    let rows = cx.engage.chat().list(&wanted).await?;
    let next =
        (rows.len() == limit).then(|| rows.last().map(|last| cursor::write(last.conversation.inbox_seq))).flatten();
    let audience = cx.audience()?;
    ok(&wire::ConversationPage {
        conversations: rows.iter().map(|row| wire::Conversation::new(row, audience)).collect(),
        next,
        // Visitors always fetch anew; a place in the inbox would tell them how busy the site is.
        inbox: (audience == Audience::Staff).then(|| cursor::write(head)),
    })
}

pub(crate) async fn open(cx: Cx) -> Result<Response<Body>> {
    let wire::OpenConversation { client_message_id, body, files, language, answers, invitation, pages } =
        cx.json().await?;
    let visitor = cx.visitor()?;
    let mut opening = Opening::new(client_message_id, body);
    opening.files = files;
    opening.language = language;
    let begin = Begin { opening, answers, invitation, pages: pages.into_iter().map(Into::into).collect() };
    let opened = cx.engage.front().begin(&visitor.contact, visitor.is_member, begin).await?;
    show_opened(&cx, &opened).await
}

/// The answer to who has begun a conversation.
pub(super) async fn show_opened(cx: &Cx, opened: &Opened) -> Result<Response<Body>> {
    let audience = cx.audience()?;
    let listed = cx.engage.chat().get(&cx.actor()?, opened.conversation.id).await?;
    let entry = wire::Entry::new(&opened.entry, audience)
        .ok_or_else(|| Error::new(ErrorKind::Internal, "an unseen opening"))?;
    created(
        opened.replayed,
        &wire::OpenedConversation { conversation: wire::Conversation::new(&listed, audience), entry },
    )
}

pub(crate) async fn snapshot(cx: Cx) -> Result<Response<Body>> {
    let snapshot = cx.engage.chat().snapshot(&cx.actor()?, conversation(&cx)?).await?;
    ok(&wire::Snapshot::new(&snapshot, cx.audience()?))
}

pub(crate) async fn entries(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let wait = query.number("wait").unwrap_or(0).unsigned_abs();
    let (id, actor, audience) = (conversation(&cx)?, cx.actor()?, cx.audience()?);
    let range = range(&query)?;
    // Before what is read, as with snapshots.
    let epoch = cx.engage.chat().hub().epoch();
    let (mut listed, mut found) = cx.engage.chat().entries(&actor, id, range, limit).await?;
    if let Some(held) = query.text("epoch") {
        if held != epoch.to_string() {
            // What the caller holds does not go on here.
            return ok(&wire::EntryPage::new(&listed, &[], range, audience, epoch));
        }
        cx.engage.chat().hub().confirm(epoch).await?;
    }
    if let EntryRange::After(after) = range
        && found.is_empty()
        && wait > 0
    {
        cx.patience.apart(live::wait_for_entry(&cx.engage, &actor, id, after, Duration::from_secs(wait))).await?;
        (listed, found) = cx.engage.chat().entries(&actor, id, range, limit).await?;
        cx.engage.chat().hub().confirm(epoch).await?;
    }
    ok(&wire::EntryPage::new(&listed, &found, range, audience, epoch))
}

pub(crate) async fn message(cx: Cx) -> Result<Response<Body>> {
    say(cx, false).await
}

pub(crate) async fn note(cx: Cx) -> Result<Response<Body>> {
    say(cx, true).await
}

pub(crate) async fn read(cx: Cx) -> Result<Response<Body>> {
    let wire::MarkRead { seq } = cx.json().await?;
    let (mark, unread) = cx.engage.chat().mark_read(&cx.actor()?, conversation(&cx)?, seq).await?;
    ok(&wire::Marked { seq: mark.seq_for(cx.audience()?), unread })
}

pub(crate) async fn unread(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    cx.engage.chat().mark_unread(&cx.actor()?, conversation(&cx)?).await?;
    Ok(no_content())
}

pub(crate) async fn typing(cx: Cx) -> Result<Response<Body>> {
    let wire::SetTyping { typing, text } = cx.json().await?;
    let (actor, id, chat) = (cx.actor()?, conversation(&cx)?, cx.engage.chat());
    let text = text.map(Draft::checked).transpose()?;
    match text.filter(|_| typing) {
        Some(draft) => chat.preview(&actor, id, draft).await?,
        None => chat.typing(&actor, id, typing, false).await?,
    }
    Ok(no_content())
}

pub(crate) async fn status(cx: Cx) -> Result<Response<Body>> {
    let wire::SetStatus { status, snoozed_until } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().set_status(cx.actor()?, id, status, snoozed_until).await?;
    show(&cx, id).await
}

pub(crate) async fn assignee(cx: Cx) -> Result<Response<Body>> {
    let wire::SetAssignee { agent, expected } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().assign(cx.actor()?, id, agent.as_deref(), expected).await?;
    show(&cx, id).await
}

pub(crate) async fn team(cx: Cx) -> Result<Response<Body>> {
    let wire::SetTeam { team, release } = cx.json().await?;
    let (id, chat) = (conversation(&cx)?, cx.engage.chat());
    match release {
        true => chat.transfer(cx.actor()?, id, team.as_deref()).await?,
        false => chat.set_team(cx.actor()?, id, team.as_deref()).await?,
    };
    match show(&cx, id).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(no_content()),
        shown => shown,
    }
}

pub(crate) async fn priority(cx: Cx) -> Result<Response<Body>> {
    let wire::SetPriority { priority } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().set_priority(cx.actor()?, id, priority).await?;
    show(&cx, id).await
}

pub(crate) async fn language(cx: Cx) -> Result<Response<Body>> {
    let wire::SetLanguage { language } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().set_language(cx.actor()?, id, language.as_deref()).await?;
    show(&cx, id).await
}

pub(crate) async fn hand_off(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().hand_off(cx.actor()?, id).await?;
    show(&cx, id).await
}

pub(crate) async fn rate(cx: Cx) -> Result<Response<Body>> {
    let wire::Rate { score, comment } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().rate(cx.actor()?, id, score, comment.as_deref()).await?;
    show(&cx, id).await
}

pub(crate) async fn mail_transcript(cx: Cx) -> Result<Response<Body>> {
    let _: wire::Empty = cx.json().await?;
    cx.engage.letters().send_transcript(&cx.actor()?, conversation(&cx)?).await?;
    cx.engage.bus().publish(engage_core::bus::Hint::OutboxReady);
    Ok(no_content())
}

pub(crate) async fn transcript(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let (format, kind, file) = match query.word("format") {
        "html" => (TranscriptFormat::Html, "text/html; charset=utf-8", "transcript.html"),
        _ => (TranscriptFormat::Text, "text/plain; charset=utf-8", "transcript.txt"),
    };
    let notes = query.flag("notes");
    if notes {
        cx.staff()?;
    }
    let text = cx.engage.chat().transcript(&cx.actor()?, conversation(&cx)?, format, notes).await?;
    let mut response = Response::new(body::full(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // To keep, not to show: what visitors wrote is no page of the site's.
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")).map_err(Error::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}

pub(crate) async fn labels(cx: Cx) -> Result<Response<Body>> {
    let wire::SetLabels { add, remove } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().set_labels(cx.actor()?, id, add, remove).await?;
    show(&cx, id).await
}

pub(crate) async fn attributes(cx: Cx) -> Result<Response<Body>> {
    let wire::SetAttributes { attributes } = cx.json().await?;
    let id = conversation(&cx)?;
    cx.engage.chat().set_attributes(cx.actor()?, id, AttributePatch::checked(attributes)?).await?;
    show(&cx, id).await
}

pub(crate) async fn visit(cx: Cx) -> Result<Response<Body>> {
    let wire::PageSeen { url, title } = cx.json().await?;
    let contact = &cx.visitor()?.contact;
    contact.may_write()?;
    cx.engage.chat().visit(contact.id, &url, &title).await?;
    Ok(no_content())
}

pub(crate) async fn pages(cx: Cx) -> Result<Response<Body>> {
    let pages = cx.engage.chat().pages(&cx.actor()?, conversation(&cx)?).await?;
    ok(&wire::PageList { pages: pages.into_iter().map(wire::Page::from).collect() })
}

pub(crate) async fn events(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let id: ConversationId = query.text("conversation").unwrap_or_default().parse()?;
    let resumed = cx.parts.headers.get("last-event-id").map(|value| {
        let place = value.to_str().ok().and_then(live::Place::read);
        place.ok_or_else(|| malformed("Last-Event-ID is none of ours"))
    });
    let held = match resumed.transpose()? {
        Some(held) => Some(held),
        None => query.number("after").map(|seq| live::Place { seq, epoch: query.text("epoch").map(str::to_owned) }),
    };
    let events = live::events(&cx.engage, &cx.actor()?, id, held).await?;
    let mut response = Response::new(body::stream(events));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(response)
}

/// Reached without a handshake; with one, the adapter upgrades instead.
pub(crate) async fn socket(_cx: Cx) -> Result<Response<Body>> {
    Err(Error::new(ErrorKind::Invalid, "this is a WebSocket").with_code("upgrade_required"))
}

pub(crate) async fn search(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let before = query.text("before").map(cursor::read).transpose()?;
    let (terms, found) =
        cx.engage.chat().search(&cx.actor()?, query.text("query").unwrap_or_default(), before, limit).await?;
    let last = found.last().filter(|_| found.len() == limit);
    ok(&wire::SearchPage {
        next: last.map(|last| cursor::write(last.place)),
        results: found.iter().filter_map(|found| wire::SearchResult::new(found, &terms)).collect(),
    })
}

pub(crate) async fn teams(cx: Cx) -> Result<Response<Body>> {
    let teams = cx.engage.chat().teams(&cx.engage.settings().get().chat_teams).await?;
    ok(&wire::TeamList { teams: teams.into_iter().map(wire::Team::from).collect() })
}

pub(crate) async fn known_labels(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let labels = cx.engage.chat().labels(query.text("search").unwrap_or_default(), query.limit()).await?;
    ok(&wire::LabelList { labels })
}

pub(crate) async fn agents(cx: Cx) -> Result<Response<Body>> {
    let agents = cx.engage.chat().hub().agents();
    let agents = agents.borrow().agents().iter().map(wire::Agent::from).collect();
    ok(&wire::AgentList { agents })
}

pub(crate) async fn presence(cx: Cx) -> Result<Response<Body>> {
    let wire::SetPresence { status, reassign } = cx.json().await?;
    if status == AgentStatus::Offline {
        return Err(Error::invalid("/status", "unknown", "online or away"));
    }
    if reassign && status != AgentStatus::Away {
        return Err(Error::invalid("/reassign", "unexpected", "only with away"));
    }
    let staff = cx.staff()?;
    cx.engage.chat().see_agent(staff, Some(status)).await?;
    if reassign {
        cx.engage.chat().release_all(&staff.agent.id).await?;
    }
    let agents = cx.engage.chat().hub().agents();
    let own = agents.borrow().agents().iter().find(|agent| agent.agent.id == staff.agent.id).map(wire::Agent::from);
    ok(&own.ok_or_else(|| Error::not_found("the agent"))?)
}

pub(crate) async fn agent(cx: Cx) -> Result<Response<Body>> {
    let wire::SetAgent { capacity, languages } = cx.json().await?;
    let id: String = cx.param("id")?;
    let agent = cx.engage.chat().set_agent(&cx.actor()?, &id, capacity, &languages).await?;
    ok(&wire::Agent::from(&agent))
}

async fn say(cx: Cx, note: bool) -> Result<Response<Body>> {
    let wire::SendMessage { client_message_id, body, reply_to, files, mentions } = cx.json().await?;
    let (conversation, reply_to) = (conversation(&cx)?, reply_to.map(EntryId));
    let send = Send { conversation, client_message_id, body, reply_to, note, files, mentions };
    let sent = cx.engage.chat().send(cx.actor()?, send).await?;
    let entry = wire::Entry::new(&sent.entry, cx.audience()?);
    created(sent.replayed, &entry.ok_or_else(|| Error::not_found("the conversation"))?)
}

async fn show(cx: &Cx, id: ConversationId) -> Result<Response<Body>> {
    let listed = cx.engage.chat().get(&cx.actor()?, id).await?;
    ok(&wire::Conversation::new(&listed, cx.audience()?))
}

fn conversation(cx: &Cx) -> Result<ConversationId> {
    cx.param("id")
}

fn range(query: &Query<'_>) -> Result<EntryRange> {
    match (query.number("after"), query.number("before")) {
        (Some(_), Some(_)) => Err(malformed("after or before, not both")),
        (Some(after), None) => Ok(EntryRange::After(after)),
        (None, Some(before)) => Ok(EntryRange::Before(before)),
        (None, None) => Ok(EntryRange::Latest),
    }
}
