//! A reserve of disk space for when the disk is full.
//!
//! The "ballast" is a file without content in the data folder that occupies space. When a write fails because the disk
//! is full, the file is emptied: acts are refused from then on, while sign-ins and audit rows for opened files can
//! still be written in the space that was freed. Once the disk has enough space again, the file is recreated and acts
//! are accepted.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

const FILE: &str = "veilleuse.ballast";
/// The largest size of the ballast, in bytes. On a small disk it is an eighth of the disk instead.
const LARGEST: u64 = 32 << 20;
/// With less free space than this, in bytes, a starting program cannot rely on writing anything.
const LITTLE: u64 = 512 << 10;

/// The ballast of a data folder.
pub(crate) struct Ballast {
    path: PathBuf,
    size: u64,
    given_up: AtomicBool,
}

impl Ballast {
    /// Creates the ballast of a folder if there is enough free space. A ballast that was released before this start is
    /// an empty file and stays released.
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

    /// Releases the space of the ballast after a write failed on a full disk. Does nothing if it is released already.
    pub(crate) fn give_up(&self) {
        if self.given_up.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::error!("the disk is full: acts are refused until there is room");
        if let Err(error) = self.file() {
            tracing::warn!(%error, "the ballast could not be given up");
        }
    }

    /// Whether acts may be executed. After the disk was full, the ballast is recreated first.
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

    /// Creates the file or empties it, which frees the space that it occupied.
    fn file(&self) -> io::Result<File> {
        OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&self.path)
    }

    /// Whether there is space for the ballast and half as much again, so that the next acts do not fill the disk at
    /// once.
    fn has_room(&self) -> bool {
        self.room() >= self.size + self.size / 2
    }

    /// Returns the free space available to this process, in bytes; 0 if it cannot be determined.
    fn room(&self) -> u64 {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        statvfs(folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Allocates the space of the ballast. On a file system without `fallocate` there is no ballast.
    fn put(&self) {
        let put = self.file().and_then(|file| Ok(fallocate(&file, FallocateFlags::empty(), 0, self.size)?));
        if let Err(error) = put {
            tracing::warn!(%error, "no ballast could be laid down");
            fs::remove_file(&self.path).ok();
        }
    }
}
