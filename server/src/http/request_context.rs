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

/// Loads the context of a request, and stores a language or theme that was chosen with a link in a cookie.
pub async fn load(
    State(shared): State<Shared>,
    cookie_session: tower_sessions::Session,
    mut request: Request,
    next: Next,
) -> Response {
    // The session layer has read the cookie; the session's row tells whether it is live and to whom it belongs. The
    // layer's own record is empty, and loading it would read the same row twice.
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
        // A full disk must not prevent reading.
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

/// Returns whether a request counts as activity: a page opened or an act sent. Requests that a page sends automatically
/// do not, otherwise an unattended screen would never lock.
fn is_activity(request: &Request) -> bool {
    let path = request.uri().path();
    let by_itself = request.headers().get("x-fragment").is_some_and(|why| why == "auto");
    match *request.method() {
        Method::GET => screen_of(path).is_some() && !by_itself,
        Method::POST => endpoint(path).is_some_and(|endpoint| endpoint.acts),
        _ => false,
    }
}

/// Returns the choice in the query string, otherwise the one in the cookie, and the cookie that stores a new choice.
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

/// Returns the default theme: night from 19:00 to 07:00 in the time zone of the house.
fn theme_of_the_hour(shared: &Shared) -> Theme {
    match shared.store.now() {
        Ok(now) if (7..19).contains(&now.local.hour()) => Theme::Day,
        _ => Theme::Night,
    }
}
