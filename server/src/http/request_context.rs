//! The context of a request: the session of its cookie, the language and the theme.

use app::{
    pages::screen_of,
    request::{PageData, RequestContext, Theme},
    words::Lang,
};
use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::Timelike as _;
use cookie::{Cookie, SameSite};

use crate::http::{
    cookies::{YEAR, cookie, set_cookie},
    forms::endpoint,
    session_store::secret_of,
    shared::{Shared, plain},
};

/// Loads the context of a request, and remembers a language or a theme chosen by a link.
pub async fn load(
    State(shared): State<Shared>,
    cookie_session: tower_sessions::Session,
    mut request: Request,
    next: Next,
) -> Response {
    // The layer has read the cookie; the row says whether the session is live, and who it belongs to. Its record is
    // left alone: it is empty, and loading it would read the same row twice.
    let session = match secret_of(&cookie_session) {
        Some(secret) => match shared.store.session(secret).await {
            Ok(session) => session,
            Err(_) => return plain(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        },
        None => None,
    };
    let (lang, lang_cookie) = chosen(&request, "lang", Lang::from_code, Lang::code);
    let (theme, theme_cookie) = chosen(&request, "theme", Theme::from_code, Theme::code);
    let page = PageData {
        lang: lang.unwrap_or_default(),
        theme: theme.unwrap_or_else(|| theme_of_the_hour(&shared)),
        icons: shared.assets.icons.clone(),
        ..PageData::default()
    };
    if let Some(session) = session.as_ref().filter(|_| is_activity(&request))
        && shared.store.touch(session).await.is_err()
    {
        // A disk that is full must not keep the board from being read.
        tracing::warn!("the activity of a session could not be recorded");
    }
    let context = RequestContext {
        store: shared.store.clone(),
        session,
        page,
        assets: shared.assets.clone(),
        refusal_shown: std::sync::Arc::default(),
    };
    request.extensions_mut().insert(context);
    let mut response = next.run(request).await;
    for cookie in [lang_cookie, theme_cookie].into_iter().flatten() {
        set_cookie(response.headers_mut(), &cookie);
    }
    response.into_response()
}

/// Whether a request is the activity of a person: a page opened or an act done. What a page asks by itself is not
/// (TRUST S-03).
fn is_activity(request: &Request) -> bool {
    let path = request.uri().path();
    let by_itself = request.headers().get("x-fragment").is_some_and(|why| why == "auto");
    match *request.method() {
        Method::GET => screen_of(path).is_some() && !by_itself,
        Method::POST => endpoint(path).is_some_and(|endpoint| endpoint.acts),
        _ => false,
    }
}

/// A choice made in the address, else the one remembered; the cookie that remembers a new one.
fn chosen<T: Copy>(
    request: &Request,
    name: &'static str,
    from_code: fn(&str) -> Option<T>,
    code: fn(T) -> &'static str,
) -> (Option<T>, Option<Cookie<'static>>) {
    let query = request.uri().query().unwrap_or_default();
    let asked = form_urlencoded::parse(query.as_bytes())
        .find(|(known, _)| known == name)
        .and_then(|(_, value)| from_code(&value));
    match asked {
        Some(choice) => {
            let cookie = Cookie::build((name, code(choice)))
                .path("/")
                .same_site(SameSite::Strict)
                .http_only(true)
                .max_age(YEAR)
                .build();
            (Some(choice), Some(cookie))
        }
        None => (cookie(request.headers(), name).and_then(|code| from_code(&code)), None),
    }
}

/// Night from 19:00 to 07:00 on the house's wall.
fn theme_of_the_hour(shared: &Shared) -> Theme {
    match shared.store.now() {
        Ok(now) if (7..19).contains(&now.local.hour()) => Theme::Day,
        _ => Theme::Night,
    }
}
