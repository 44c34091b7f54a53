//! Tickets.

use std::sync::Arc;

use engage_core::attributes::AttributePatch;
use engage_core::chat::{AssigneeFilter, EntryRange, Priority, TeamFilter};
use engage_core::clock::from_micros;
use engage_core::ids::{ContactId, TicketId};
use engage_core::settings::SiteSettings;
use engage_core::tickets::{
    Bulk, Category, Edit, Entry, ListQuery, Listed, NewTicket, RunMacro, Said, Source, StaffMails, StatusFilter,
    Ticket, status_of,
};
use engage_core::{Actor, Error, ErrorKind, Result};
use http::Response;

use crate::body::Body;
use crate::cursor;
use crate::problem::malformed;
use crate::request::{Cx, created, ok};
use crate::wire;

pub(crate) async fn list(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    // What else there is to ask for is for staff.
    let asked = |name| query.text(name).map(|value| cx.staff().map(|_| value.to_owned())).transpose();
    let mut wanted = ListQuery::new(cx.sight()?, limit);
    wanted.status = status(&cx, query.text("status"))?;
    wanted.assignee = match asked("assignee")?.as_deref() {
        None | Some("any") => AssigneeFilter::Any,
        Some("none") => AssigneeFilter::None,
        Some("me") => AssigneeFilter::Is(cx.staff()?.agent.id.clone()),
        Some(id) => AssigneeFilter::Is(id.to_owned()),
    };
    wanted.team = match asked("team")? {
        None => TeamFilter::Any,
        Some(team) if team.is_empty() => TeamFilter::None,
        Some(team) => TeamFilter::Is(team),
    };
    wanted.tag = asked("tag")?;
    wanted.requester = asked("requester")?.map(|id| id.parse::<ContactId>()).transpose()?;
    wanted.priority = match query.word("priority") {
        "low" => Some(Priority::Low),
        "normal" => Some(Priority::Normal),
        "high" => Some(Priority::High),
        "urgent" => Some(Priority::Urgent),
        _ => None,
    };
    if cx.staff().is_ok() && query.word("snoozed") == "no" {
        wanted.awake_at = Some(cx.engage.context().clock.now());
    }
    wanted.after = query.text("after").map(place).transpose()?;
    let rows = cx.engage.tickets().list(&wanted).await?;
    let last = rows.last().filter(|_| rows.len() == limit).map(|last| &last.ticket);
    let (settings, audience) = (cx.engage.settings().get(), cx.audience()?);
    ok(&wire::TicketPage {
        next: last.map(|last| cursor::write_text(&format!("{}.{}", last.updated_at.timestamp_micros(), last.id))),
        tickets: rows.iter().map(|row| wire::Ticket::new(row, &settings.tickets_prefix, audience)).collect(),
    })
}

/// Requesters ask by stages, which tell nothing of what staff do.
fn status(cx: &Cx, asked: Option<&str>) -> Result<StatusFilter> {
    match (asked, cx.staff().is_ok()) {
        (None | Some("all"), _) => Ok(StatusFilter::All),
        (Some("unsolved"), _) => Ok(StatusFilter::Unsolved),
        (Some("pending"), false) => Ok(StatusFilter::Category(Category::Pending)),
        (Some("solved"), false) => Ok(StatusFilter::Category(Category::Solved)),
        (Some("closed"), false) => Ok(StatusFilter::Category(Category::Closed)),
        (Some(_), false) => Err(Error::invalid("/status", "unknown", "all, unsolved, pending, solved or closed")),
        (Some(name), true) => {
            let status = status_of(name, &cx.engage.settings().get().tickets_statuses)?;
            Ok(status.custom.map_or(StatusFilter::Category(status.category), StatusFilter::Custom))
        }
    }
}

fn place(cursor: &str) -> Result<(engage_core::clock::Timestamp, TicketId)> {
    let wrong = || malformed("this cursor is not one of ours");
    let text = cursor::read_text(cursor)?;
    let (at, id) = text.split_once('.').ok_or_else(wrong)?;
    let at: i64 = at.parse().map_err(|_| wrong())?;
    Ok((from_micros(at), id.parse().map_err(|_| wrong())?))
}

pub(crate) async fn create(cx: Cx) -> Result<Response<Body>> {
    let new: wire::NewTicket = cx.json().await?;
    let actor = cx.actor()?;
    let requester = match (&actor, new.requester) {
        (Actor::Visitor(contact), None) => *contact,
        (Actor::Visitor(_), Some(_)) => return Err(staffs("/requester")),
        (_, Some(id)) => super::contacts::visible_to(&cx, ContactId(id)).await?.id,
        (_, None) => return Err(Error::invalid("/requester", "required", "a contact's id")),
    };
    if let Actor::Visitor(_) = &actor {
        let said = [(new.team.is_some(), "/team"), (!new.tags.is_empty(), "/tags")];
        if let Some((_, field)) = said.into_iter().find(|(is_said, _)| *is_said) {
            return Err(staffs(field));
        }
    }
    let mut ticket = NewTicket::new(requester, new.subject, new.body).client_message_id(new.client_message_id);
    ticket.source = if cx.staff().is_ok() { Source::Agent } else { Source::Web };
    ticket.priority = new.priority.unwrap_or_default();
    (ticket.organisation, ticket.team, ticket.tags) = (new.organisation, new.team, new.tags);
    ticket.files = new.files;
    let made = cx.engage.tickets().create(&actor, ticket).await?;
    created(made.replayed, &shown(&cx, &made.ticket).await?)
}

fn staffs(field: &str) -> Error {
    Error::invalid(field, "unexpected", "only staff say this")
}

pub(crate) async fn show(cx: Cx) -> Result<Response<Body>> {
    let snapshot = cx.engage.tickets().snapshot(&cx.actor()?, cx.param("id")?).await?;
    ok(&wire::TicketSnapshot::new(&snapshot, &settings(&cx).tickets_prefix, cx.audience()?))
}

pub(crate) async fn by_number(cx: Cx) -> Result<Response<Body>> {
    let reference: String = cx.param("number")?;
    let listed = cx.engage.tickets().by_reference(&cx.actor()?, &reference).await?;
    ok(&wire::Ticket::new(&listed, &settings(&cx).tickets_prefix, cx.audience()?))
}

pub(crate) async fn entries(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let range = match (query.number("after"), query.number("before")) {
        (Some(_), Some(_)) => return Err(malformed("after or before, not both")),
        (Some(after), None) => EntryRange::After(after),
        (None, Some(before)) => EntryRange::Before(before),
        (None, None) => EntryRange::Latest,
    };
    let entries = cx.engage.tickets().entries(&cx.actor()?, cx.param("id")?, range, limit + 1).await?;
    let has_more = entries.len() > limit;
    let kept = match range {
        EntryRange::After(_) => &entries[..entries.len().min(limit)],
        EntryRange::Before(_) | EntryRange::Latest => &entries[entries.len().saturating_sub(limit)..],
    };
    let audience = cx.audience()?;
    let entries = kept.iter().filter_map(|entry| wire::TicketEntry::new(entry, audience)).collect();
    ok(&wire::TicketEntryPage { entries, has_more })
}

pub(crate) async fn reply(cx: Cx) -> Result<Response<Body>> {
    let wire::TicketReply { client_message_id, body, files, status, expected_version } = cx.json().await?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let edit = Edit { status, ..Edit::default() };
    let said = Said::new(client_message_id, body).files(files);
    let said = cx.engage.tickets().reply(&actor, id, said, edit, expected_version).await?;
    with_entry(&cx, said).await
}

pub(crate) async fn note(cx: Cx) -> Result<Response<Body>> {
    let wire::TicketNote { client_message_id, body, files, mentions } = cx.json().await?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let said = cx.engage.tickets().note(&actor, id, Said::new(client_message_id, body).files(files), &mentions).await?;
    with_entry(&cx, said).await
}

pub(crate) async fn time(cx: Cx) -> Result<Response<Body>> {
    let wire::TicketTime { client_message_id, seconds, note } = cx.json().await?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let made = cx.engage.tickets().add_time(&actor, id, &client_message_id, seconds, note.as_deref()).await?;
    with_entry(&cx, made).await
}

pub(crate) async fn edit(cx: Cx) -> Result<Response<Body>> {
    let wire::SetTicket { expected_version, edit } = cx.json().await?;
    let edit = edit_of(edit)?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let ticket = cx.engage.tickets().edit(&actor, id, edit, Some(expected_version)).await?;
    ok(&shown(&cx, &ticket).await?)
}

pub(crate) async fn done(cx: Cx) -> Result<Response<Body>> {
    let wire::SetDone { done } = cx.json().await?;
    let ticket = cx.engage.tickets().set_done(&cx.actor()?, cx.param("id")?, done).await?;
    ok(&shown(&cx, &ticket).await?)
}

pub(crate) async fn rate(cx: Cx) -> Result<Response<Body>> {
    let wire::Rate { score, comment } = cx.json().await?;
    let score = u8::try_from(score).map_err(|_| Error::invalid("/score", "range", "1 to 5"))?;
    let ticket = cx.engage.tickets().rate(&cx.actor()?, cx.param("id")?, score, comment.as_deref()).await?;
    ok(&shown(&cx, &ticket).await?)
}

pub(crate) async fn merge(cx: Cx) -> Result<Response<Body>> {
    let wire::MergeTicket { into } = cx.json().await?;
    let ticket = cx.engage.tickets().merge(&cx.actor()?, cx.param("id")?, TicketId(into)).await?;
    ok(&shown(&cx, &ticket).await?)
}

pub(crate) async fn split(cx: Cx) -> Result<Response<Body>> {
    let wire::SplitTicket { client_message_id, subject, entries } = cx.json().await?;
    let (actor, id) = (cx.actor()?, cx.param("id")?);
    let ticket = cx.engage.tickets().split(&actor, id, &client_message_id, &subject, entries).await?;
    created(false, &shown(&cx, &ticket).await?)
}

pub(crate) async fn parent(cx: Cx) -> Result<Response<Body>> {
    let wire::SetParent { parent } = cx.json().await?;
    let ticket = cx.engage.tickets().set_parent(&cx.actor()?, cx.param("id")?, parent.map(TicketId)).await?;
    ok(&shown(&cx, &ticket).await?)
}

pub(crate) async fn link(cx: Cx) -> Result<Response<Body>> {
    let wire::SetLink { ticket, linked } = cx.json().await?;
    let ticket = cx.engage.tickets().link(&cx.actor()?, cx.param("id")?, TicketId(ticket), linked).await?;
    ok(&shown(&cx, &ticket).await?)
}

pub(crate) async fn draft(cx: Cx) -> Result<Response<Body>> {
    ok(&wire::TicketDraft::from(cx.engage.tickets().draft(&cx.actor()?, cx.param("id")?).await?))
}

pub(crate) async fn keep_draft(cx: Cx) -> Result<Response<Body>> {
    let wire::SetDraft { body, note } = cx.json().await?;
    let draft = cx.engage.tickets().keep_draft(&cx.actor()?, cx.param("id")?, &body, note).await?;
    ok(&wire::TicketDraft::from(Some(draft)))
}

pub(crate) async fn look(cx: Cx) -> Result<Response<Body>> {
    let wire::SetLooking { doing } = cx.json().await?;
    let others = cx.engage.tickets().look(&cx.actor()?, cx.param("id")?, doing).await?;
    ok(&wire::LookerList { others: others.into_iter().map(Into::into).collect() })
}

pub(crate) async fn mails(cx: Cx) -> Result<Response<Body>> {
    mails_of(cx.engage.ticket_letters().staff_mails(&cx.actor()?).await?)
}

pub(crate) async fn want_mails(cx: Cx) -> Result<Response<Body>> {
    let wire::SetTicketMails { wanted } = cx.json().await?;
    mails_of(cx.engage.ticket_letters().want_staff_mails(&cx.actor()?, wanted).await?)
}

fn mails_of(StaffMails { available, address, wanted }: StaffMails) -> Result<Response<Body>> {
    ok(&wire::TicketMails { available, address, wanted })
}

pub(crate) async fn bulk(cx: Cx) -> Result<Response<Body>> {
    let wire::TicketBulk { tickets, edit, reply } = cx.json().await?;
    let mut edit = edit_of(edit)?;
    let reply = reply.map(|reply| {
        edit.status = reply.status.or(edit.status.take());
        Said::new(reply.client_message_id, reply.body).files(reply.files)
    });
    let done = cx.engage.tickets().bulk(&cx.actor()?, Bulk { tickets, edit, reply }).await?;
    each(&cx, done).await
}

pub(crate) async fn macros(cx: Cx) -> Result<Response<Body>> {
    let macros = cx.engage.tickets().macros(&cx.actor()?)?;
    ok(&wire::TicketMacroList { macros: macros.into_iter().map(Into::into).collect() })
}

pub(crate) async fn run_macro(cx: Cx) -> Result<Response<Body>> {
    let wire::RunTicketMacro { name, tickets, client_message_id } = cx.json().await?;
    let run = RunMacro { name, tickets, client_message_id };
    let done = cx.engage.tickets().run_macro(&cx.actor()?, run).await?;
    each(&cx, done).await
}

pub(crate) async fn try_rules(cx: Cx) -> Result<Response<Body>> {
    let wire::TryTicketRules { cause, rules } = cx.json().await?;
    let tried = cx.engage.tickets().try_rules(&cx.actor()?, cx.param("id")?, cause, rules).await?;
    ok(&wire::TriedTicketRules::new(&tried, &settings(&cx).tickets_prefix))
}

/// What came of each of many tickets.
async fn each(cx: &Cx, done: Vec<(TicketId, Result<Ticket>)>) -> Result<Response<Body>> {
    let mut results = Vec::with_capacity(done.len());
    for (id, done) in done {
        results.push(match done {
            Ok(ticket) => {
                let ticket = Some(shown(cx, &ticket).await?);
                wire::TicketBulkResult { id, ticket, code: None, detail: None }
            }
            Err(error) => {
                let (code, detail) = (Some(error.code().to_owned()), Some(error.message().to_owned()));
                wire::TicketBulkResult { id, ticket: None, code, detail }
            }
        });
    }
    ok(&wire::TicketBulkDone { results })
}

pub(crate) async fn search(cx: Cx) -> Result<Response<Body>> {
    let query = cx.query()?;
    let limit = query.limit();
    let before = query.text("before").map(cursor::read).transpose()?;
    let words = query.text("query").unwrap_or_default();
    let found = cx.engage.tickets().search(&cx.actor()?, words, before, limit).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| cursor::write(last.place));
    let settings = settings(&cx);
    let results = found.iter().filter_map(|one| wire::TicketWithEntry::found(one, &settings.tickets_prefix)).collect();
    ok(&wire::TicketSearchPage { results, next })
}

pub(crate) async fn from_chat(cx: Cx) -> Result<Response<Body>> {
    let wire::TicketSubject { subject } = cx.json().await?;
    let made = cx.engage.tickets().from_conversation(&cx.actor()?, cx.param("id")?, &subject).await?;
    created(made.replayed, &shown(&cx, &made.ticket).await?)
}

fn settings(cx: &Cx) -> Arc<SiteSettings> {
    cx.engage.settings().get()
}

/// A ticket that the caller has just changed. It may be out of their sight by that.
async fn shown(cx: &Cx, ticket: &Ticket) -> Result<wire::Ticket> {
    let contact = cx.engage.contacts().get(ticket.requester).await?;
    let nobody = || engage_core::contacts::ContactCard { id: ticket.requester, name: None, email: None };
    let requester = contact.map_or_else(nobody, |contact| contact.card());
    let listed = Listed { ticket: ticket.clone(), requester };
    Ok(wire::Ticket::new(&listed, &settings(cx).tickets_prefix, cx.audience()?))
}

async fn with_entry(cx: &Cx, (ticket, entry): (Ticket, Entry)) -> Result<Response<Body>> {
    let unseen = || Error::new(ErrorKind::Internal, "an unseen entry");
    let entry = wire::TicketEntry::new(&entry, cx.audience()?).ok_or_else(unseen)?;
    created(false, &wire::TicketWithEntry { ticket: shown(cx, &ticket).await?, entry })
}

fn edit_of(edit: wire::TicketEdit) -> Result<Edit> {
    let time = |time: Option<wire::Time>| time.map(|time| time.0);
    Ok(Edit {
        subject: edit.subject,
        status: edit.status,
        force: edit.force,
        snoozed_until: edit.snoozed_until.map(time),
        priority: edit.priority,
        team: edit.team,
        assignee: edit.assignee,
        requester: None,
        organisation: edit.organisation,
        due_at: edit.due_at.map(time),
        add_tags: edit.add_tags,
        remove_tags: edit.remove_tags,
        add_cc: edit.add_cc,
        remove_cc: edit.remove_cc,
        add_followers: edit.add_followers,
        remove_followers: edit.remove_followers,
        fields: AttributePatch::checked(edit.fields)?,
    })
}
