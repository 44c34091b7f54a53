//! Messages.

use super::Host;

/// A message is answered with its entry, and both sides see it.
pub async fn a_message_is_answered_with_its_entry(host: Host) {
    let server = host.serve().await;
    let (visitor, agent) = (server.visitor().await, server.agent("ada"));
    let conversation = visitor.open_conversation("hello").await;
    let mut socket = agent.follow(&conversation).await;
    assert_eq!(socket.until("message").await["body"], "hello");
    let entry = visitor.says(&conversation, "m1", "is anybody there?").await;
    assert_eq!((&entry["seq"], &entry["type"]), (&2.into(), &"message".into()));
    assert_eq!(socket.until("message").await["body"], "is anybody there?");
    let ack = socket.say(&conversation, "a1", "I am").await;
    assert_eq!((&ack["type"], &ack["seq"], &ack["replayed"]), (&"ack".into(), &3.into(), &false.into()));
    let mut stream = visitor.events(&conversation, "&after=2").await;
    assert_eq!(stream.until("message").await.data["body"], "I am");
    assert_eq!(visitor.bodies(&conversation).await, ["hello", "is anybody there?", "I am"]);
}
