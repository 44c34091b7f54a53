//! Group commit.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use engage_core::chat::Lock;
use engage_core::{Commit, Error, ErrorKind, GroupCommit, Result, Tasks, async_trait};
use futures_util::future::join_all;
use parking_lot::Mutex;
use tokio::time::timeout;

use crate::support::{Door, NEVER, SOON};

/// A job: the row that it writes to, and what it writes.
type Job = (u32, u32);

/// A database that writes down what it commits.
#[derive(Debug, Default)]
struct Ledger {
    /// Every call of a commit waits here.
    door: Door,
    state: Mutex<State>,
    /// Calls that wait for a row wait here.
    unlocked: Door,
}

#[derive(Debug, Default)]
struct State {
    /// One list for each transaction.
    commits: Vec<Vec<Job>>,
    calls: usize,
    /// What was told after commits.
    told: Vec<Job>,
    held_rows: HashSet<u32>,
    /// Jobs that break any transaction they are in.
    bad: HashSet<Job>,
    /// Jobs that find their row held when they come alone.
    unlucky: HashSet<Job>,
    away: bool,
    /// Somebody holds what every transaction needs.
    locked: bool,
    /// Jobs at which the store panics.
    deadly: HashSet<Job>,
}

#[async_trait]
impl Commit for Ledger {
    type Job = Job;
    type Done = Job;
    type Key = u32;

    fn key(job: &Job) -> u32 {
        job.0
    }

    async fn commit(&self, jobs: &[Job], lock: Lock) -> Result<Vec<Result<Job>>> {
        self.door.pass().await;
        if lock != Lock::Skip {
            self.unlocked.pass().await;
        }
        let mut state = self.state.lock();
        state.calls += 1;
        let is_free = |row| lock != Lock::Skip || !state.held_rows.contains(&row);
        assert!(!jobs.iter().any(|job| state.deadly.contains(job) && is_free(job.0)), "a store that panics");
        if state.away {
            return Err(Error::new(ErrorKind::Unavailable, "away"));
        }
        if state.locked {
            return Err(Error::new(ErrorKind::Locked, "a table is held"));
        }
        if jobs.iter().any(|job| state.bad.contains(job)) {
            return Err(Error::new(ErrorKind::Internal, "a bad row"));
        }
        let mut written = Vec::new();
        let results = jobs.iter().map(|job| {
            let alone = jobs.len() == 1 && lock == Lock::Skip && state.unlucky.remove(job);
            if alone || (lock == Lock::Skip && state.held_rows.contains(&job.0)) {
                return Err(Error::new(ErrorKind::Locked, "held"));
            }
            written.push(*job);
            Ok(*job)
        });
        let results = results.collect();
        state.commits.push(written);
        Ok(results)
    }

    fn committed(&self, _: &[Job], done: &[Result<Job>]) {
        self.state.lock().told.extend(done.iter().flatten());
    }
}

impl Ledger {
    fn written(&self) -> Vec<Job> {
        self.state.lock().commits.concat()
    }

    fn of_row(&self, row: u32) -> Vec<u32> {
        self.written().into_iter().filter(|job| job.0 == row).map(|job| job.1).collect()
    }
}

fn start() -> (Arc<Ledger>, GroupCommit<Ledger>, Tasks) {
    let (ledger, tasks) = (Arc::new(Ledger::default()), Tasks::default());
    let group = GroupCommit::start(Arc::clone(&ledger), &tasks);
    (ledger, group, tasks)
}

#[tokio::test]
async fn many_at_once_share_commits() {
    let (ledger, group, _tasks) = start();
    ledger.door.shut();
    let answers: Vec<_> = (0..1_000).map(|job| group.submit((job % 7, job))).collect();
    ledger.door.open();
    let answers = join_all(answers).await;
    assert!(answers.iter().zip(0..).all(|(answer, job)| *answer.as_ref().unwrap() == (job % 7, job)), "each its own");
    let commits = ledger.state.lock().commits.len();
    assert!(commits <= 5, "{commits} commits for 1000 jobs");
}

#[tokio::test]
async fn nobody_is_answered_before_the_commit() {
    let (ledger, group, _tasks) = start();
    ledger.door.shut();
    let answer = group.submit((1, 1));
    tokio::pin!(answer);
    ledger.door.awaited_by(1).await;
    assert!(timeout(NEVER, &mut answer).await.is_err());
    assert!(ledger.state.lock().told.is_empty());
    ledger.door.open();
    assert_eq!(timeout(SOON, answer).await.unwrap().unwrap(), (1, 1));
    assert_eq!(ledger.written(), [(1, 1)]);
    assert_eq!(ledger.state.lock().told, [(1, 1)]);
}

#[tokio::test]
async fn calls_in_order_are_committed_in_order() {
    let (ledger, group, _tasks) = start();
    let answers: Vec<_> = (0..600).map(|job| group.submit((job % 3, job))).collect();
    join_all(answers).await;
    assert_eq!(ledger.written(), (0..600).map(|job| (job % 3, job)).collect::<Vec<_>>());
    let told = ledger.state.lock().told.clone();
    assert_eq!(told, ledger.written());
}

#[tokio::test]
async fn a_job_is_committed_though_nobody_waits_for_the_answer() {
    let (ledger, group, _tasks) = start();
    drop(group.submit((1, 1)));
    group.submit((1, 2)).await.unwrap();
    assert_eq!(ledger.of_row(1), [1, 2]);
}

#[tokio::test]
async fn a_held_row_does_not_stall_the_others() {
    let (ledger, group, _tasks) = start();
    ledger.state.lock().held_rows.insert(1);
    ledger.unlocked.shut();
    let held = group.submit((1, 1));
    tokio::pin!(held);
    for job in 0..20 {
        timeout(SOON, group.submit((2, job))).await.expect("not stalled").unwrap();
    }
    assert!(timeout(NEVER, &mut held).await.is_err());
    ledger.unlocked.open();
    assert_eq!(timeout(SOON, held).await.unwrap().unwrap(), (1, 1));
}

#[tokio::test]
async fn the_order_of_a_row_survives_its_being_held() {
    let (ledger, group, _tasks) = start();
    ledger.state.lock().held_rows.insert(1);
    ledger.unlocked.shut();
    let mut answers: Vec<_> = (0..5).map(|job| group.submit((1, job))).collect();
    ledger.unlocked.awaited_by(1).await;
    // The row is free again for those who do not wait, who must not overtake those who do.
    ledger.state.lock().held_rows.clear();
    answers.extend((5..10).map(|job| group.submit((1, job))));
    group.submit((2, 0)).await.unwrap();
    ledger.unlocked.open();
    for answer in join_all(answers).await {
        answer.unwrap();
    }
    assert_eq!(ledger.of_row(1), (0..10).collect::<Vec<_>>());
    group.submit((1, 10)).await.unwrap();
    assert_eq!(ledger.of_row(1).last(), Some(&10));
}

#[tokio::test]
async fn a_bad_job_fails_alone() {
    let (ledger, group, _tasks) = start();
    ledger.state.lock().bad.insert((1, 13));
    ledger.door.shut();
    let answers: Vec<_> = (0..30).map(|job| group.submit((1, job))).collect();
    ledger.door.open();
    for (answer, job) in join_all(answers).await.into_iter().zip(0..) {
        assert_eq!(answer.is_err(), job == 13, "{job}: {answer:?}");
    }
    assert_eq!(ledger.of_row(1), (0..30).filter(|job| *job != 13).collect::<Vec<_>>());
}

/// What a panic leaves unknown is said to be unknown; everybody else goes on, also those behind a held row.
#[tokio::test]
async fn a_store_that_panics_costs_its_batch_and_not_the_writer() {
    let (ledger, group, tasks) = start();
    ledger.state.lock().deadly.insert((1, 13));
    let dead = group.submit((1, 13)).await.unwrap_err();
    assert_eq!(dead.kind(), ErrorKind::Unavailable);
    group.submit((1, 14)).await.unwrap();
    ledger.state.lock().held_rows.insert(2);
    let dead = (group.submit((2, 1)), ledger.state.lock().deadly.insert((2, 1))).0;
    assert_eq!(dead.await.unwrap_err().kind(), ErrorKind::Unavailable);
    group.submit((2, 2)).await.unwrap();
    assert_eq!(ledger.written(), [(1, 14), (2, 2)]);
    assert!(!tasks.is_broken());
    tasks.spawn(|_| async { panic!("a task that dies") });
    while !tasks.is_broken() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn nothing_overtakes_a_held_job_while_jobs_are_tried_one_by_one() {
    let (ledger, group, _tasks) = start();
    {
        let mut state = ledger.state.lock();
        state.bad.insert((9, 9));
        state.unlucky.insert((1, 1));
    }
    ledger.door.shut();
    // The first takes the door, so that the others come as one batch.
    let first = group.submit((8, 8));
    ledger.door.awaited_by(1).await;
    let answers: Vec<_> = [(1, 1), (1, 2), (9, 9), (1, 3), (2, 1)].map(|job| group.submit(job)).into();
    ledger.door.open();
    first.await.unwrap();
    let answers = join_all(answers).await;
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true, true]);
    assert_eq!(ledger.of_row(1), [1, 2, 3]);
}

#[tokio::test]
async fn a_database_that_is_away_is_asked_once() {
    let (ledger, group, _tasks) = start();
    ledger.door.shut();
    let first = group.submit((0, 0));
    ledger.door.awaited_by(1).await;
    let answers: Vec<_> = (0..50).map(|job| group.submit((1, job))).collect();
    ledger.state.lock().away = true;
    ledger.door.open();
    assert!(first.await.unwrap_err().is_retryable());
    for answer in join_all(answers).await {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert_eq!(ledger.state.lock().calls, 2, "the first job, and the rest together");
    ledger.state.lock().away = false;
    group.submit((1, 1)).await.unwrap();
}

/// Each try waits as long as stores wait for locks: whoever asks hears of it after two of them, however many ask.
#[tokio::test]
async fn what_everybody_needs_and_somebody_holds_is_tried_once_for_each_row() {
    let (ledger, group, _tasks) = start();
    ledger.door.shut();
    let first = group.submit((0, 0));
    ledger.door.awaited_by(1).await;
    let answers: Vec<_> = (0..50).map(|job| group.submit((1 + job % 5, job))).collect();
    ledger.state.lock().locked = true;
    ledger.door.open();
    assert!(first.await.unwrap_err().is_retryable());
    for answer in join_all(answers).await {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Locked);
    }
    assert_eq!(ledger.state.lock().calls, 2 + 1 + 5, "the first twice, the rest together, and each row");
    ledger.state.lock().locked = false;
    group.submit((1, 1)).await.unwrap();
}

#[tokio::test]
async fn what_is_too_much_is_refused_at_once() {
    let (ledger, group, _tasks) = start();
    ledger.door.shut();
    let answers: Vec<_> = (0..20_000).map(|job| group.submit((1, job))).collect();
    ledger.door.awaited_by(1).await;
    ledger.door.open();
    let answers = join_all(answers).await;
    let stored = answers.iter().take_while(|answer| answer.is_ok()).count();
    assert!((16_384..20_000).contains(&stored), "{stored}");
    assert!(answers[stored..].iter().all(|answer| answer.as_ref().unwrap_err().kind() == ErrorKind::Unavailable));
    assert_eq!(ledger.written().len(), stored, "who was refused is not stored");
}

#[tokio::test]
async fn a_shutdown_commits_what_waits_and_answers_everybody() {
    let (ledger, group, tasks) = start();
    ledger.state.lock().held_rows.insert(1);
    ledger.door.shut();
    ledger.unlocked.shut();
    let answers: Vec<_> = (0..600).map(|job| group.submit((job % 2, job))).collect();
    ledger.door.awaited_by(1).await;
    let stop = tokio::spawn(async move { tasks.stop(SOON).await });
    tokio::time::sleep(NEVER).await;
    assert!(!stop.is_finished(), "it waits for what is under way");
    ledger.door.open();
    ledger.unlocked.open();
    for answer in timeout(SOON, join_all(answers)).await.expect("everybody is answered") {
        answer.unwrap();
    }
    // With the handle still held by somebody.
    timeout(Duration::from_secs(1), stop).await.expect("it ends as soon as all is done").unwrap();
    assert_eq!(ledger.written().len(), 600);
    assert_eq!(group.submit((3, 3)).await.unwrap_err().kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_shutdown_whose_deadline_passes_answers_everybody_too() {
    let (ledger, group, tasks) = start();
    ledger.state.lock().held_rows.insert(1);
    ledger.unlocked.shut();
    let deferred = group.submit((1, 1));
    ledger.unlocked.awaited_by(1).await;
    ledger.door.shut();
    let answers: Vec<_> = (0..10).map(|job| group.submit((2, job))).collect();
    ledger.door.awaited_by(1).await;
    tasks.stop(NEVER).await;
    for answer in timeout(SOON, join_all(answers)).await.expect("everybody is answered") {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    let deferred = timeout(SOON, deferred).await.expect("who waits for a row too");
    assert_eq!(deferred.unwrap_err().kind(), ErrorKind::Unavailable);
}
