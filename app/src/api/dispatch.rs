//! From a server function to the door of the store, as the person who made the request.

use domain::{
    act::Envelope,
    fields::{Fields, Form},
    ids::ActId,
    refused::{FaultCode, Field, Refused},
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use store::{Answer, ActHandler};

use crate::{
    api::{Answered, Denied},
    request::RequestContext,
};

/// Asks a question as the person who made the request.
pub(crate) async fn ask<Q: Answer>(question: Q) -> Answered<Q::Answer> {
    let visit = use_context::<RequestContext>();
    let options = use_context::<ResponseOptions>();
    told(options, async {
        let visit = visit.ok_or(Refused::SignIn)?;
        let session = visit.session.as_ref().ok_or(Refused::SignIn)?;
        visit.store.ask(&session.actor, question).await
    })
    .await
}

/// Reads a form and does the act it asks for, as the person who made the request.
pub(crate) async fn act<A: ActHandler + Form>(id: String, fields: Fields) -> Answered<A::Done> {
    let visit = use_context::<RequestContext>();
    let options = use_context::<ResponseOptions>();
    told(options, async {
        let visit = visit.ok_or(Refused::SignIn)?;
        let session = visit.session.as_ref().ok_or(Refused::SignIn)?;
        // Who may not do it is not told what would be wrong with it.
        if !session.actor.may(A::NEEDS) {
            return Err(visit.store.refuse(&session.actor, A::NAME).await);
        }
        let id: ActId = id.parse().map_err(|_| Refused::fault(Field::Act, FaultCode::NotUnderstood))?;
        let act = A::read(&fields).map_err(Refused::Faults)?;
        visit.store.act(&session.actor, Envelope { id, act }).await
    })
    .await
}

/// Runs something as whoever made the request, signed in or not allowed.
pub(crate) async fn signed_in<T, F: Future<Output = Result<T, Refused>>>(run: impl FnOnce(RequestContext) -> F) -> Answered<T> {
    let visit = use_context::<RequestContext>();
    let options = use_context::<ResponseOptions>();
    told(options, async {
        match visit {
            Some(visit) if visit.session.is_some() => run(visit).await,
            _ => Err(Refused::SignIn),
        }
    })
    .await
}

/// Gives a refusal its own status: refused is never a success, and never a failure of the server.
async fn told<T>(options: Option<ResponseOptions>, run: impl Future<Output = Result<T, Refused>>) -> Answered<T> {
    let outcome = run.await;
    if let (Err(refused), Some(options)) = (&outcome, options)
        && let Ok(status) = http::StatusCode::from_u16(refused.status())
    {
        options.set_status(status);
    }
    outcome.map_err(Denied)
}
