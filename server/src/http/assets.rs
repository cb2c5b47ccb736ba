//! Built files (CSS, JavaScript, WebAssembly, icons, font). Their names contain a digest of the content, so browsers
//! cache them indefinitely. They never contain personal data.

use std::path::{Path, PathBuf};

use app::request::Assets;
use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
    response::Response,
};
use serde::Deserialize;
use tower_http::services::{ServeDir, ServeFile};

#[derive(Deserialize)]
struct Names {
    css: String,
    js: String,
    wasm: String,
    icons: String,
    font: String,
}

/// Returns the folder of the built files: the one in the setting, otherwise `site` beside the program or one folder
/// above.
pub fn find_site(setting: Option<&Path>) -> Option<PathBuf> {
    if let Some(path) = setting {
        return Some(path.to_owned());
    }
    let program = std::env::current_exe().ok()?;
    let dir = program.parent()?;
    [dir.join("site"), dir.parent()?.join("site")].into_iter().find(|site| site.join("assets.json").exists())
}

/// Reads the names of the built files from `assets.json`.
///
/// # Errors
/// Returns an error when the file is missing or malformed because the site has not been built.
pub fn read_assets(site: &Path) -> std::io::Result<Assets> {
    let text = std::fs::read_to_string(site.join("assets.json"))?;
    let names: Names = serde_json::from_str(&text)?;
    Ok(Assets { css: names.css, js: names.js, wasm: names.wasm, icons: names.icons, font: names.font })
}

/// Returns the routes of the built files. They require no session.
pub fn routes(site: &Path) -> Router {
    let files = ServeDir::new(site.join("pkg")).precompressed_br();
    let files = Router::new().fallback_service(files).layer(axum::middleware::map_response(keep));
    Router::new().nest("/pkg", files).route_service("/icon.svg", ServeFile::new(site.join("icon.svg")))
}

/// Marks a response as immutable: a file whose name contains its digest never changes.
async fn keep(mut response: Response) -> Response {
    if response.status().is_success() {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(CACHE_CONTROL, forever);
    }
    response
}
