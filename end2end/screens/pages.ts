import { houseTime, logins } from "../support/people.ts";
import type { Person } from "../support/people.ts";

/** A screen of the program: who looks at it, and how she gets there. */
export interface Screen {
  name: string;
  login?: string;
  /** Shows the screen. */
  show(person: Person): Promise<void>;
  /** An answer that the screen itself is about. */
  status?: [number, string];
}

const at = (path: string) => (person: Person) => person.goto(path);

/** Opens the sheet of the first bed in a state. */
const sheet = (state: "free" | "here" | "prepare" | "oos", unfold?: string) => async (person: Person) => {
  await person.goto("/");
  await person.openBed(await person.labelOf(person.tiles(state).first()));
  await person.page.getByRole("dialog").getByRole("heading", { level: 2 }).waitFor();
  if (unfold) await person.unfold(person.w(unfold), person.sheet);
};

const first = (list: string, link: string) => async (person: Person) => {
  await person.goto(list);
  await person.goto((await person.page.locator(link).first().getAttribute("href")) ?? "");
};

/** Every screen, for the one who uses it most. */
export const screens: Screen[] = [
  { name: "sign_in", show: at("/sign_in") },
  {
    name: "sign_in_refused",
    show: async (person) => {
      await person.goto("/sign_in");
      await person.enter("nuit", "une grande lampe");
      await person.page.getByRole("alert").waitFor();
    },
    status: [401, "/api/sign_in"],
  },
  { name: "board", login: logins.night, show: at("/") },
  { name: "past_board", login: logins.night, show: (person) => person.goto(`/?as_of=${houseTime(60 * 24 * 60)}`) },
  { name: "bed_free", login: logins.night, show: sheet("free", "act.close") },
  { name: "bed_occupied", login: logins.coordinator, show: sheet("here") },
  { name: "bed_departure", login: logins.coordinator, show: sheet("here", "act.depart") },
  { name: "bed_transfer", login: logins.coordinator, show: sheet("here", "act.transfer") },
  { name: "bed_to_prepare", login: logins.night, show: sheet("prepare") },
  { name: "bed_out_of_service", login: logins.night, show: sheet("oos") },
  {
    name: "admission",
    login: logins.coordinator,
    show: async (person) => {
      await person.goto("/desk");
      const form = person.form("/api/stay_admit");
      await form.waitFor();
      await form.locator(".pick[data-free=true]").first().click();
      await person.fill(form, { name: "Ines", age: "17", "care_flags.ALLERGIE": true });
      if (person.script) await person.page.getByText(person.w("check.age_outside", { n: 17 })).waitFor();
      else await person.page.locator(".check").waitFor();
    },
  },
  {
    name: "admission_refused",
    login: logins.coordinator,
    show: async (person) => {
      await person.goto("/desk");
      const form = person.form("/api/stay_admit");
      await form.waitFor();
      await person.unfold(person.w("desk.more"), form);
      await form.getByRole("button", { name: person.w("act.admit") }).click();
      await form.getByRole("alert").waitFor();
    },
  },
  { name: "residents", login: logins.coordinator, show: at("/residents") },
  { name: "resident", login: logins.coordinator, show: first("/residents", "a.person") },
  {
    name: "resident_editing",
    login: logins.coordinator,
    show: async (person) => {
      await first("/residents", "a.person")(person);
      for (const act of ["usual", "care", "identity", "safety", "contact"]) {
        await person.unfold(person.w("change"), person.page.locator("section.part").filter({ has: person.form(`/api/resident_${act}`) }));
      }
    },
  },
  { name: "stay", login: logins.coordinator, show: first("/stays?state=ended&min=30", "td a[href^='/stays/']") },
  {
    name: "stay_correcting",
    login: logins.coordinator,
    show: async (person) => {
      await first("/stays?state=ended&min=30", "td a[href^='/stays/']")(person);
      await person.unfold(person.w("act.correct"));
    },
  },
  { name: "history", login: logins.management, show: at("/stays") },
  { name: "history_filtered", login: logins.management, show: at("/stays?state=ended&min=8&destination=INCONNUE") },
  { name: "figures", login: logins.management, show: at("/figures") },
  { name: "house", login: logins.coordinator, show: at("/house") },
  {
    name: "house_editing",
    login: logins.coordinator,
    show: async (person) => {
      await person.goto("/house");
      await person.unfold(person.w("change_floor"));
      await person.unfold(person.w("change_room"));
      await person.unfold(person.w("change"), person.page.locator("ul.plan-beds > li").nth(1));
    },
  },
  { name: "team", login: logins.management, show: at("/team") },
  {
    name: "team_editing",
    login: logins.management,
    show: async (person) => {
      await person.goto("/team");
      await person.unfold(person.w("change"), person.page.locator("li.member").first());
      await person.unfold(person.w("act.add_staff"));
      await person.unfold(person.w("act.end_all"));
    },
  },
  { name: "audit", login: logins.management, show: at("/audit") },
  { name: "session", login: logins.night, show: at("/session") },
  { name: "veil", login: logins.night, show: at("/veil") },
  { name: "not_hers", login: logins.night, show: at("/audit"), status: [403, "/audit"] },
  { name: "nowhere", login: logins.night, show: at("/lost"), status: [404, "/lost"] },
];

/** Screens of a house that nobody has opened yet, or that has no beds. */
export const emptyScreens: Screen[] = [
  { name: "opening", show: at("/sign_in") },
];
