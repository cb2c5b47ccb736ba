//! File systems of the tests' own. Mounts and loop devices are given back when the test ends, however
//! it ends.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// `FS_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH`: what is not on the disk yet never will be.
/// It waits for a word, so that the moment of the cut is known.
const CUT: &str = "
import fcntl, os, struct, sys
folder = os.open(sys.argv[1], os.O_RDONLY)
print('ready', flush=True)
sys.stdin.readline()
fcntl.ioctl(folder, 0x8004587D, struct.pack('I', 2))
";

/// Runs a program; its own words when it fails.
fn run(program: &str, args: &[&str]) -> Result<String, String> {
    let out = Command::new(program).args(args).output().map_err(|error| format!("{program}: {error}"))?;
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned());
    }
    Err(format!("{program} {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr).trim()))
}

/// Whether this process may mount.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// A mounted file system, unmounted when dropped.
struct Mount {
    at: PathBuf,
}

impl Mount {
    fn new(args: &[&str], at: &Path) -> Result<Self, String> {
        fs::create_dir_all(at).map_err(|error| error.to_string())?;
        let at_text = at.to_string_lossy();
        run("mount", &[args, &[&*at_text]].concat())?;
        fs::set_permissions(at, fs::Permissions::from_mode(0o700)).ok();
        Ok(Self { at: at.to_owned() })
    }

    /// Unmounts; a file that was just closed may take a moment.
    fn end(&self) -> Result<(), String> {
        let at = self.at.to_string_lossy();
        let mut outcome = Ok(());
        for _ in 0..100 {
            outcome = run("umount", &[&at]).map(drop);
            if outcome.is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        outcome
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let at = self.at.to_string_lossy();
        let is_mounted = || fs::read_to_string("/proc/mounts").is_ok_and(|all| all.contains(&format!(" {at} ")));
        if is_mounted() && self.end().is_err() {
            run("umount", &["--lazy", &at]).ok();
        }
    }
}

/// An ext4 disk whose power can be cut: an image of a file behind a loop device.
pub struct Disk {
    mount: Option<Mount>,
    device: String,
    at: PathBuf,
}

impl Disk {
    /// A new disk of so many MiB; why not, where the machine does not allow it.
    pub fn new(folder: &Path, mib: u64) -> Result<Self, String> {
        if !is_root() {
            return Err("only root may mount a disk".into());
        }
        run("python3", &["-c", "import fcntl"])?;
        let image = folder.join("disk.img");
        File::create(&image).and_then(|file| file.set_len(mib << 20)).map_err(|error| error.to_string())?;
        let image = image.to_string_lossy();
        run("mkfs.ext4", &["-q", "-F", &image])?;
        let device = run("losetup", &["--find", "--show", &image])?;
        let mut disk = Self { mount: None, device, at: folder.join("disk") };
        disk.mount()?;
        Ok(disk)
    }

    /// Where it is mounted.
    pub fn at(&self) -> &Path {
        &self.at
    }

    fn mount(&mut self) -> Result<(), String> {
        self.mount = Some(Mount::new(&["-t", "ext4", &self.device], &self.at)?);
        Ok(())
    }

    /// The power goes: the file system answers nothing any more, and nothing more reaches the disk.
    /// What is called last before is told that it is about to happen.
    pub fn cut(&self, about_to: impl FnOnce()) -> Result<(), String> {
        let mut cutting = Command::new("python3")
            .args(["-c", CUT])
            .arg(&self.at)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("python3: {error}"))?;
        let mut ready = [0_u8; 5];
        let (mut said, mut tell) = (cutting.stdout.take().unwrap(), cutting.stdin.take().unwrap());
        let told = said.read_exact(&mut ready).and_then(|()| {
            about_to();
            tell.write_all(b"now\n")
        });
        drop(tell);
        match (cutting.wait(), told) {
            (Ok(status), Ok(())) if status.success() => Ok(()),
            _ => Err("this file system cannot be shut down by ioctl".into()),
        }
    }

    /// The power comes back. Nothing may have a file of it open.
    pub fn back(&mut self) -> Result<(), String> {
        if let Some(mount) = self.mount.take() {
            mount.end()?;
        }
        self.mount()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.mount = None;
        run("losetup", &["--detach", &self.device]).ok();
    }
}

/// A small file system in memory, for filling it up.
pub struct Small {
    _mount: Mount,
    pub at: PathBuf,
}

impl Small {
    /// A new one of so many MiB; why not, where the machine does not allow it.
    pub fn new(folder: &Path, mib: u64) -> Result<Self, String> {
        if !is_root() {
            return Err("only root may mount a file system".into());
        }
        let at = folder.join("small");
        let size = format!("size={mib}m,mode=700");
        Ok(Self { _mount: Mount::new(&["-t", "tmpfs", "-o", &size, "tmpfs"], &at)?, at })
    }
}
