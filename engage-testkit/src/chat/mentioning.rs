//! Whom notes ask to look.

use engage_core::AgentRef;
use engage_core::chat::{Change, Command, Entry, ListQuery, Reader, Sight, Status, StatusFilter};
use engage_core::ids::ConversationId;
use engage_core::{Actor, Audience};

use super::{ChatWorld, admin, agent};

/// A note comes back with whom it asks; who that is sees so until they have read up to it, and nobody else does.
pub async fn who_is_mentioned_sees_so_until_they_have_read_it(world: ChatWorld) {
    let (ada, bob, eve) = (agent("ada", &[]), agent("bob", &[]), agent("eve", &[]));
    let talk = world.talk(None).await;
    let is_mentioned = async |actor: &Actor| world.seen(talk.id, actor).await.unwrap().mentioned;
    let first = world.mentions(talk.id, &ada, &["bob", "eve"]).await;
    let stored = world.entries(talk.id, Audience::Staff).await.pop().unwrap();
    assert_eq!(stored, first);
    assert!(matches!(&stored.change, Change::Note { mentions, .. } if *mentions == [named("bob"), named("eve")]));
    for (actor, expected) in [(&ada, false), (&bob, true), (&eve, true), (&admin(), false), (&talk.visitor, false)] {
        assert_eq!(is_mentioned(actor).await, expected, "{actor:?}");
    }
    assert!(!world.store.get(talk.id, &Sight::All).await.unwrap().unwrap().mentioned);

    world.reads(talk.id, &reader("bob"), first.seq - 1).await;
    assert!(is_mentioned(&bob).await, "what comes before it was read");
    world.says(talk.id, &talk.visitor, "Anybody?").await;
    world.reads(talk.id, &reader("bob"), first.seq).await;
    assert_eq!((is_mentioned(&bob).await, is_mentioned(&eve).await), (false, true));
    world.mentions(talk.id, &eve, &["bob"]).await;
    assert!(is_mentioned(&bob).await, "once more");
    // What was unread stays counted as it was: the note and the visitor's message.
    assert_eq!(world.seen(talk.id, &bob).await.unwrap().unread, 2);
    assert_eq!(world.reads(talk.id, &reader("bob"), i64::MAX).await.1, 0);
    assert!(!is_mentioned(&bob).await);
    let readers: Vec<_> = world.store.reads(talk.id).await.unwrap().into_iter().map(|mark| mark.reader).collect();
    assert!(!readers.iter().any(|reader| reader.key() == "eve"), "to be asked is not to have read: {readers:?}");
}

/// Who asks themselves is not asked, and a replay asks nobody again.
pub async fn mentions_of_oneself_and_replays_ask_nobody(world: ChatWorld) {
    let ada = agent("ada", &[]);
    let talk = world.talk(None).await;
    world.mentions(talk.id, &ada, &["ada"]).await;
    assert!(!world.seen(talk.id, &ada).await.unwrap().mentioned);
    let note = |agents: &[&str]| world.command(talk.id, &ada, noting(agents)).client_message_id("n");
    let sent = world.send(note(&["bob"])).await.unwrap();
    world.reads(talk.id, &reader("bob"), i64::MAX).await;
    let again = world.send(note(&["bob"])).await.unwrap();
    assert_eq!((again.replayed, again.entries), (true, sent.entries));
    assert!(!world.seen(talk.id, &agent("bob", &[])).await.unwrap().mentioned);
    assert_eq!(world.send(note(&["eve"])).await.unwrap_err().code(), "client_message_id_reused");
}

/// The list of what asks the looker has all that they see still, read or not, beside other filters.
pub async fn lists_are_filtered_by_mention(world: ChatWorld) {
    let (ada, bob) = (agent("ada", &["sales", "law"]), agent("bob", &["sales"]));
    let (sales, open, closed, other) =
        (world.talk(Some("sales")).await, world.talk(None).await, world.talk(None).await, world.talk(None).await);
    for talk in [&sales, &open, &closed] {
        world.mentions(talk.id, &ada, &["bob"]).await;
    }
    world.mentions(other.id, &ada, &["eve"]).await;
    world.does(closed.id, &ada, Command::Status { status: Status::Closed, snoozed_until: None }).await;
    let find = async |sight: &Actor, status| {
        let mut query = ListQuery::new(sight.into(), 10);
        (query.mentioned, query.status) = (true, status);
        let found = world.store.list(&query).await.unwrap();
        found.into_iter().map(|listed| listed.conversation.id).collect::<Vec<ConversationId>>()
    };
    assert_eq!(find(&bob, StatusFilter::All).await, [closed.id, open.id, sales.id]);
    assert_eq!(find(&bob, StatusFilter::Is(Status::Open)).await, [open.id, sales.id]);
    world.reads(open.id, &reader("bob"), i64::MAX).await;
    assert_eq!(find(&bob, StatusFilter::Is(Status::Open)).await, [open.id, sales.id], "read or not");
    assert!(find(&ada, StatusFilter::All).await.is_empty() && find(&other.visitor, StatusFilter::All).await.is_empty());
    world.does(sales.id, &ada, Command::Team { team: Some("law".to_owned()), release: false }).await;
    assert_eq!(find(&bob, StatusFilter::Is(Status::Open)).await, [open.id], "what is out of sight is not listed");
}

fn noting(agents: &[&str]) -> Command {
    let mentions = agents.iter().map(|id| named(id)).collect();
    Command::Note { body: "Look here".to_owned(), reply_to: None, files: Vec::new(), mentions }
}

fn named(id: &str) -> AgentRef {
    AgentRef { id: id.to_owned(), name: format!("Name of {id}") }
}

fn reader(id: &str) -> Reader {
    Reader::agent(&named(id))
}

impl ChatWorld {
    /// Writes a note that asks agents to look.
    async fn mentions(&self, conversation: ConversationId, actor: &Actor, agents: &[&str]) -> Entry {
        self.does(conversation, actor, noting(agents)).await.entries.pop().unwrap()
    }
}
