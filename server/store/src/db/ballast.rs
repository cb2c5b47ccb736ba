//! Room kept for the night the disk fills up.
//!
//! A file of no content lies in the data folder and takes up room. When a write finds none, the file is
//! given up: acts are refused from then on, while what lets people in and what keeps who opened which
//! file still find room. Once the disk has room for it again it is laid down anew and acts go on.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

const FILE: &str = "veilleuse.ballast";
/// As large as it gets; on a small disk an eighth of it.
const LARGEST: u64 = 32 << 20;
/// With less room than this, a program that starts cannot count on writing anything.
const LITTLE: u64 = 512 << 10;

/// The ballast of a data folder.
pub(crate) struct Ballast {
    path: PathBuf,
    size: u64,
    given_up: AtomicBool,
}

impl Ballast {
    /// Lays down the ballast of a folder, where there is room to spare for it; one that was given up
    /// before this start is an empty file.
    pub(crate) fn lay(dir: &Path) -> Self {
        let size = statvfs(dir).map_or(LARGEST, |disk| LARGEST.min(disk.f_blocks.saturating_mul(disk.f_frsize) / 8));
        let ballast = Self { path: dir.join(FILE), size, given_up: AtomicBool::new(false) };
        match fs::metadata(&ballast.path).map(|file| file.len()) {
            Ok(0) => ballast.given_up.store(true, Ordering::SeqCst),
            Ok(_) if ballast.room() < LITTLE => ballast.give_up(),
            Ok(_) => {}
            Err(_) if ballast.has_room() => ballast.put(),
            Err(_) => {}
        }
        ballast
    }

    /// A write found no room: the ballast is given up, if it has not been.
    pub(crate) fn give_up(&self) {
        if self.given_up.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::error!("the disk is full: acts are refused until there is room");
        if let Err(error) = self.file() {
            tracing::warn!(%error, "the ballast could not be given up");
        }
    }

    /// Whether acts may be done. After the disk was full, the ballast comes first.
    pub(crate) fn lets_act(&self) -> bool {
        if !self.given_up.load(Ordering::SeqCst) {
            return true;
        }
        if !self.has_room() {
            return false;
        }
        self.put();
        self.given_up.store(false, Ordering::SeqCst);
        tracing::info!("there is room again: acts are done");
        true
    }

    /// The file, emptied: what it took up is free.
    fn file(&self) -> io::Result<File> {
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&self.path)
    }

    /// Room for the ballast and half as much again, so that acts do not stop at the next one.
    fn has_room(&self) -> bool {
        self.room() >= self.size + self.size / 2
    }

    fn room(&self) -> u64 {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        statvfs(folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Takes up the room. A file system that cannot set room aside goes without.
    fn put(&self) {
        let put = self.file().and_then(|file| Ok(fallocate(&file, FallocateFlags::empty(), 0, self.size)?));
        if let Err(error) = put {
            tracing::warn!(%error, "no ballast could be laid down");
            fs::remove_file(&self.path).ok();
        }
    }
}
