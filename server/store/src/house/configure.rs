//! The act that changes the alias of the house and its settings.

use domain::{
    audit::SubjectKind,
    house::{Settings as HouseSettings, acts::ConfigureHouse},
    refused::Refused,
};

use crate::{
    db::{args, statement},
    dispatch::{ActContext, ActHandler},
    seal::FieldRef,
};

statement!(CONFIGURE = "UPDATE houses SET alias_sealed = $2, settings = $3 WHERE id = $1");

impl ActHandler for ConfigureHouse {
    async fn handle(self, ctx: &mut ActContext<'_>) -> Result<(), Refused> {
        let house = ctx.house;
        let settings =
            HouseSettings { idle_shared_s: self.idle_shared_s, idle_own_s: self.idle_own_s, ..house.settings };
        let alias = ctx.store.0.keys.seal_text(&self.alias, &FieldRef::new("houses", "alias", house.id.0));
        let settings = serde_json::to_string(&settings).map_err(|_| Refused::Unavailable)?;
        ctx.tx.run_one(&CONFIGURE, args![house.id, alias, settings]).await?;
        ctx.about(SubjectKind::House, house.id.0);
        ctx.house_changed();
        Ok(())
    }
}
