//! What a client asks of engage, done beside everything else of its connection.

use engage_core::chat::{AgentStatus, Send};
use engage_core::{Actor, Engage, Error, ErrorKind, Result};
use futures_util::future::BoxFuture;

use super::session::Command;
use crate::patience::{BUDGET, within};
use crate::wire::{self, Ack, Done, Refused, ServerFrame};

/// What a connection does beside its reading.
#[derive(Debug)]
pub(super) enum Task {
    /// A command of the client.
    Command(Command),
    /// A sign of life of the agent.
    SignOfLife,
}

/// Does `task` and gives the answer for the client, if there is one.
///
/// A message takes its place in the order of what is said at once, when this is called; the future only waits.
pub(super) fn execute(engage: &Engage, actor: &Actor, task: Task) -> BoxFuture<'static, Option<ServerFrame>> {
    // Boxed: rustc cannot show the unboxed future to be `Send` inside a driver that is `Send` only when its socket is.
    if let Task::Command(Command::Say { message, note }) = task {
        return Box::pin(say(engage, actor, message, note));
    }
    let (engage, actor) = (engage.clone(), actor.clone());
    Box::pin(async move {
        let reference = reference(&task);
        match (within(BUDGET, quiet(&engage, actor, task)).await, reference) {
            (Ok(()), reference) => reference.map(|r#ref| ServerFrame::Ok(Done { r#ref })),
            (Err(error), reference) => Some(refused(reference, &error)),
        }
    })
}

fn say(
    engage: &Engage,
    actor: &Actor,
    message: wire::Send,
    note: bool,
) -> impl Future<Output = Option<ServerFrame>> + std::marker::Send + use<> {
    let (audience, reference) = (actor.audience(), message.client_message_id.clone());
    let send = Send {
        conversation: message.conversation,
        client_message_id: message.client_message_id,
        body: message.body,
        reply_to: message.reply_to,
        note,
        files: message.files,
        mentions: message.mentions,
    };
    let sent = engage.chat().send(actor.clone(), send);
    async move {
        Some(match within(BUDGET, sent).await {
            Ok(sent) => ServerFrame::Ack(Ack::new(reference, &sent, audience)),
            Err(error) => refused(Some(reference), &error),
        })
    }
}

/// What the client knows the answer by.
fn reference(task: &Task) -> Option<String> {
    match task {
        Task::Command(Command::Status(status)) => Some(status.r#ref.clone()),
        Task::Command(Command::Assign(assign)) => Some(assign.r#ref.clone()),
        Task::Command(Command::Team(team)) => Some(team.r#ref.clone()),
        Task::Command(_) | Task::SignOfLife => None,
    }
}

/// Does what has at most a `ref` to answer to.
async fn quiet(engage: &Engage, actor: Actor, task: Task) -> Result<()> {
    let chat = engage.chat();
    let command = match task {
        Task::Command(command) => command,
        Task::SignOfLife => {
            if let Err(error) = see(engage, &actor, None).await {
                tracing::warn!(target: "engage::socket", %error, "an agent's sign of life was lost; the next one comes soon");
            }
            return Ok(());
        }
    };
    match command {
        Command::Read { conversation, seq } => chat.mark_read(&actor, conversation, seq).await.map(drop),
        Command::Typing { conversation, typing: true, draft: Some(draft), .. } => {
            chat.preview(&actor, conversation, draft).await
        }
        Command::Typing { conversation, typing, followed: true, .. } => {
            chat.tell_typing(&actor, conversation, typing, false);
            Ok(())
        }
        Command::Typing { conversation, typing, followed: false, .. } => {
            chat.typing(&actor, conversation, typing, false).await
        }
        Command::Page(wire::PageSeen { url, title }) => match actor {
            Actor::Visitor(contact) => chat.visit(contact, &url, &title).await,
            Actor::Staff(_) | Actor::Bot(_) | Actor::System => Ok(()),
        },
        Command::Status(status) => {
            let snoozed_until = status.snoozed_until.map(|time| time.0);
            let done = chat.set_status(actor, status.conversation, status.status.into(), snoozed_until).await;
            done.map(drop)
        }
        Command::Assign(assign) => {
            let done = chat.assign(actor, assign.conversation, assign.agent.as_deref(), assign.expected).await;
            done.map(drop)
        }
        Command::Team(team) => {
            let done = chat.set_team(actor, team.conversation, team.team.as_deref()).await;
            done.map(drop)
        }
        Command::Presence(chosen) => see(engage, &actor, Some(chosen.into())).await,
        // The driver does these itself, as they change what it listens to; messages have been sent before.
        Command::Hello { .. }
        | Command::Subscribe { .. }
        | Command::Unsubscribe(_)
        | Command::Say { .. }
        | Command::Tickets(_) => Ok(()),
    }
}

/// Notes that an agent is there. Others than staff leave no sign.
pub(super) async fn see(engage: &Engage, actor: &Actor, status: Option<AgentStatus>) -> Result<()> {
    match actor {
        Actor::Staff(staff) => engage.chat().see_agent(staff, status).await,
        Actor::Visitor(_) | Actor::Bot(_) | Actor::System => Ok(()),
    }
}

/// What the client is told of an error. Logs the cause when the fault is ours.
pub(super) fn refused(reference: Option<String>, error: &Error) -> ServerFrame {
    if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) {
        let source = std::error::Error::source(error).map(ToString::to_string);
        tracing::error!(target: "engage::socket", code = error.code(), source, "a command failed");
    }
    let field = error.fields().first();
    ServerFrame::Error(Refused {
        r#ref: reference,
        code: error.code().to_owned(),
        detail: field.map_or_else(|| error.message().to_owned(), |field| field.detail.clone()),
        field: field.map(|field| field.field.clone()),
    })
}
