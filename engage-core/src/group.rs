//! Group commit: what many callers write at once goes into one transaction, and each is answered after its commit.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::future::Future;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::chat::Lock;
use crate::error::{Error, ErrorKind, Result};
use crate::tasks::{Stopping, Tasks};

/// How many jobs one transaction takes.
const BATCH: usize = 256;
/// How many jobs may wait; beyond, callers are refused as `Unavailable`.
const QUEUE: usize = 16_384;
/// How long a job waits for a row that somebody else holds.
const LOCK_WAIT: Duration = Duration::from_secs(2);
/// Once it is time to end, jobs are still taken until none has come for this long: requests that were let in before are
/// on their way.
const QUIET: Duration = Duration::from_millis(250);
/// For how long they are, whatever comes.
const LAST: Duration = Duration::from_secs(2);

/// Something that commits jobs in batches.
#[async_trait]
pub trait Commit: Send + Sync + 'static {
    /// What callers hand in. Idempotent: a batch whose fate is unknown is tried again.
    type Job: Send + Sync + 'static;
    /// What they get.
    type Done: Send + 'static;
    /// Jobs of equal key are committed in the order in which they came.
    type Key: Eq + Hash + Clone + Debug + Send + Sync + 'static;

    /// The key of a job.
    fn key(job: &Self::Job) -> Self::Key;

    /// Commits `jobs` in one transaction; results in their order. `Locked` for one means that its row was held.
    async fn commit(&self, jobs: &[Self::Job], lock: Lock) -> Result<Vec<Result<Self::Done>>>;

    /// Called after each commit of `jobs`, before the callers are answered, in commit order per key.
    fn committed(&self, jobs: &[Self::Job], done: &[Result<Self::Done>]);
}

/// The queue in front of a [`Commit`] and the one task that drains it. Cheap to clone.
#[derive(Debug)]
pub struct GroupCommit<C: Commit> {
    queue: mpsc::Sender<Waiting<C>>,
}

struct Waiting<C: Commit> {
    job: C::Job,
    answer: oneshot::Sender<Result<C::Done>>,
}

/// Jobs whose row was held, by key, each with a task of its own so that they keep nobody else waiting.
type Deferred<C> = Arc<Mutex<HashMap<<C as Commit>::Key, VecDeque<Waiting<C>>>>>;

impl<C: Commit> Clone for GroupCommit<C> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<C: Commit> GroupCommit<C> {
    /// Starts the writer.
    pub fn start(commit: Arc<C>, tasks: &Tasks) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tasks.spawn(|stopping| drain(commit, waiting, stopping));
        Self { queue }
    }

    /// Hands a job in. It takes its place in the queue at once, so that calls in order are committed in order; the
    /// future is the answer, given after the commit. Dropping the future does not take the job back.
    ///
    /// # Errors
    /// `Unavailable` when too much waits or the engage has been shut down; else what the commit says.
    pub fn submit(&self, job: C::Job) -> impl Future<Output = Result<C::Done>> + Send + use<C> {
        let (answer, answered) = oneshot::channel();
        let full = matches!(self.queue.try_send(Waiting { job, answer }), Err(mpsc::error::TrySendError::Full(_)));
        async move {
            if full {
                return Err(Error::new(ErrorKind::Unavailable, "too much is waiting to be stored"));
            }
            answered.await.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Unavailable, "it is not known whether this was stored; ask again"))
            })
        }
    }
}

/// Commits what comes until nobody can hand anything in any more or it is time to end; then commits what still waits, and what
/// comes soon after.
/// The deadline of the shutdown bounds that.
async fn drain<C: Commit>(commit: Arc<C>, mut queue: mpsc::Receiver<Waiting<C>>, mut stopping: Stopping) {
    let deferred: Deferred<C> = Arc::default();
    let mut deferring = JoinSet::new();
    let mut batch = Vec::with_capacity(BATCH);
    let mut end = None;
    loop {
        let taken = tokio::select! {
            biased;
            taken = queue.recv_many(&mut batch, BATCH) => taken,
            () = stopping.wait(), if end.is_none() => {
                end = Some(Instant::now() + LAST);
                continue;
            }
            () = tokio::time::sleep(QUIET), if end.is_some() && !queue.is_closed() => {
                queue.close();
                continue;
            }
        };
        if end.is_some_and(|end| Instant::now() > end) {
            queue.close();
        }
        if taken == 0 {
            break;
        }
        let ready = join_deferred(&deferred, std::mem::take(&mut batch));
        // A store or a log that panics costs its batch and not the writer, without whom the node could store nothing more.
        let held = AssertUnwindSafe(commit_ready(&*commit, &deferred, ready)).catch_unwind().await.unwrap_or_default();
        for key in held {
            deferring.spawn(commit_deferred(Arc::clone(&commit), Arc::clone(&deferred), key));
        }
        while deferring.try_join_next().is_some() {}
    }
    while deferring.join_next().await.is_some() {}
}

/// Commits, answers, and gives the keys of the rows that were held and that nobody looks after yet.
async fn commit_ready<C: Commit>(commit: &C, deferred: &Deferred<C>, ready: Vec<Waiting<C>>) -> Vec<C::Key> {
    if ready.is_empty() {
        return Vec::new();
    }
    let (jobs, answers): (Vec<_>, Vec<_>) = ready.into_iter().map(|waiting| (waiting.job, waiting.answer)).unzip();
    let results = commit_or_one_by_one(commit, &jobs, Lock::Skip).await;
    commit.committed(&jobs, &results);
    let mut held = Vec::new();
    for ((result, job), answer) in results.into_iter().zip(jobs).zip(answers) {
        match result {
            Err(error) if error.kind() == ErrorKind::Locked => held.extend(defer(deferred, Waiting { job, answer })),
            result => drop(answer.send(result)),
        }
    }
    held
}

/// Jobs whose key has been deferred queue up behind it; the others are ready.
fn join_deferred<C: Commit>(deferred: &Deferred<C>, batch: Vec<Waiting<C>>) -> Vec<Waiting<C>> {
    let mut deferred = deferred.lock();
    if deferred.is_empty() {
        return batch;
    }
    let mut ready = Vec::with_capacity(batch.len());
    for waiting in batch {
        match deferred.get_mut(&C::key(&waiting.job)) {
            Some(queue) => queue.push_back(waiting),
            None => ready.push(waiting),
        }
    }
    ready
}

/// Queues a job behind its key. Gives the key when the queue is new and needs a task.
fn defer<C: Commit>(deferred: &Deferred<C>, waiting: Waiting<C>) -> Option<C::Key> {
    let key = C::key(&waiting.job);
    let mut queues = deferred.lock();
    if let Some(queue) = queues.get_mut(&key) {
        queue.push_back(waiting);
        return None;
    }
    queues.insert(key.clone(), VecDeque::from([waiting]));
    Some(key)
}

/// Commits what is deferred of one key until nothing is. After a panic whoever waits for it has to ask again.
async fn commit_deferred<C: Commit>(commit: Arc<C>, deferred: Deferred<C>, key: C::Key) {
    if AssertUnwindSafe(commit_held(&*commit, &deferred, &key)).catch_unwind().await.is_err() {
        deferred.lock().remove(&key);
    }
}

async fn commit_held<C: Commit>(commit: &C, deferred: &Deferred<C>, key: &C::Key) {
    loop {
        let held: Vec<_> = match deferred.lock().get_mut(key) {
            Some(queue) => {
                let count = queue.len().min(BATCH);
                queue.drain(..count).collect()
            }
            None => return,
        };
        let (jobs, answers): (Vec<_>, Vec<_>) = held.into_iter().map(|waiting| (waiting.job, waiting.answer)).unzip();
        let results = commit_or_one_by_one(commit, &jobs, Lock::Wait(LOCK_WAIT)).await;
        commit.committed(&jobs, &results);
        for (result, answer) in results.into_iter().zip(answers) {
            let _ = answer.send(result);
        }
        let mut queues = deferred.lock();
        if queues.get(key).is_none_or(VecDeque::is_empty) {
            queues.remove(key);
            return;
        }
    }
}

/// A batch that fails as a whole is tried item by item, so that one bad row fails alone. When the database is away, or somebody
/// holds what all of them need, trying each would only take longer.
async fn commit_or_one_by_one<C: Commit>(commit: &C, jobs: &[C::Job], lock: Lock) -> Vec<Result<C::Done>> {
    let error = match commit.commit(jobs, lock).await {
        Ok(results) if results.len() == jobs.len() => return results,
        Ok(_) => Error::new(ErrorKind::Internal, "the store answered another number of commands"),
        Err(error) => error,
    };
    if matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Locked) || jobs.len() == 1 {
        tracing::warn!(target: "engage::store", %error, jobs = jobs.len(), "a batch failed");
        let (kind, code) = (error.kind(), error.code());
        let mut error = Some(error);
        let again = || Error::new(kind, "the change could not be stored").with_code(code);
        return jobs.iter().map(|_| Err(error.take().unwrap_or_else(again))).collect();
    }
    tracing::warn!(target: "engage::store", %error, jobs = jobs.len(), "a batch failed; its jobs are tried one by one");
    let mut results = Vec::with_capacity(jobs.len());
    let mut held = HashSet::new();
    for job in jobs {
        let key = C::key(job);
        // What follows a job that is deferred is deferred with it, or it would overtake it.
        if held.contains(&key) {
            results.push(Err(Error::new(ErrorKind::Locked, "an earlier change waits for the same row")));
            continue;
        }
        let one = commit.commit(std::slice::from_ref(job), lock).await;
        let one = one.and_then(|mut one| one.pop().unwrap_or_else(|| Err(Error::internal("no answer"))));
        if one.as_ref().is_err_and(|error| error.kind() == ErrorKind::Locked) {
            held.insert(key);
        }
        results.push(one);
    }
    results
}

impl<C: Commit> Debug for Waiting<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting")
    }
}
