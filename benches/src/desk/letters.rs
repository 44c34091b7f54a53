//! Mails that were promised, on their way to a server on this machine, beside lettre with the same bytes.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use engage::mail::{Address, Mailbox, Outgoing};
use engage::{Security, Smtp};
use engage_testkit::smtp::SmtpSink;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use serde_json::json;
use tokio::net::TcpStream;

use super::paper::Paper;
use super::{Scale, site};
use crate::report::Target;
use crate::{Failure, Result};

/// As many connections as the relay has of one topic.
const CONNECTIONS: usize = 8;

const HEAD: [&str; 5] =
    ["mails from the outbox", "database", "mails/s", "lettre, 8 connections, mails/s", "part of it"];

pub(super) async fn measure(url: &str, target: Target, scale: &Scale, paper: &mut Paper) -> Result {
    let sink = SmtpSink::start().await?;
    let mailer = Smtp::new("127.0.0.1").port(sink.address().port()).security(Security::None);
    let engage = site(url, |builder| builder.mailer(mailer).without_background_jobs()).await?;
    for number in 0..scale.mails {
        let to = Mailbox::new(Some("Ann"), Address::checked("/to", &format!("p{number}@example.com"))?);
        let effects = engage.mail().promise(Outgoing::new("mail.test", to, json!({ "by": "Bo" })))?;
        engage.stores().mail.promise(&effects).await?;
    }
    let start = Instant::now();
    while sink.mails().len() < scale.mails {
        engage.relay().drain().await?;
        if start.elapsed() > Duration::from_secs(300) {
            return Err(format!("{} of {} mails came", sink.mails().len(), scale.mails).into());
        }
    }
    let own = scale.mails as f64 / start.elapsed().as_secs_f64();
    let content = sink.mails().pop().ok_or("no mail came")?.content;
    let bare = bare(&content, scale.mails).await?;
    let row = ["rendered, stored, sent and noted".to_owned(), target.name().to_owned()];
    let [name, database] = row;
    let row = [name, database, format!("{own:.0}"), format!("{bare:.0}"), format!("{:.2}", own / bare)];
    paper.row("Mails", HEAD, row);
    Ok(())
}

/// Mails a second by lettre alone.
async fn bare(content: &[u8], mails: usize) -> Result<f64> {
    let sink = SmtpSink::start().await?;
    let start = Instant::now();
    let mut senders = tokio::task::JoinSet::new();
    for connection in 0..CONNECTIONS {
        let share = mails / CONNECTIONS + usize::from(connection < mails % CONNECTIONS);
        senders.spawn(send(sink.address(), content.to_vec(), share));
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    let took = start.elapsed();
    if sink.mails().len() == mails {
        Ok(mails as f64 / took.as_secs_f64())
    } else {
        Err(format!("{} of {mails} mails came", sink.mails().len()).into())
    }
}

async fn send(server: SocketAddr, content: Vec<u8>, mails: usize) -> Result<(), Failure> {
    let hello = ClientId::Domain("localhost".to_owned());
    let stream = TcpStream::connect(server).await?;
    // As engage has it: without, each mail takes 40 ms on either side.
    stream.set_nodelay(true)?;
    let mut connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?;
    let envelope =
        lettre::address::Envelope::new(Some("noreply@bench.example".parse()?), vec!["ann@example.com".parse()?])?;
    for _ in 0..mails {
        connection.send(&envelope, &content).await?;
    }
    connection.quit().await?;
    Ok(())
}
