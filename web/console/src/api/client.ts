// Made by scripts/client.mjs from the server's /openapi.json (0.1.0). Not to be edited.

export interface Problem {
  /** urn:lianyi:error: and the code. */
  type: string
  /** The code in words, the same for every occurrence. */
  title: string
  /** HTTP status. */
  status: number
  /** For people, in the language of Accept-Language (zh, en). */
  detail: string
  /** Stable; programs decide by it. */
  code: string
  /** Path of the field to blame: items[2].city; $ is the whole body. */
  field?: string
  /** The same request may succeed later. */
  retry: boolean
  /** As in X-Request-Id. */
  request_id?: string
}

export interface PlanKindList {
  /** By name. */
  items: PlanKindRow[]
  /** How many kinds there may be. */
  limit: number
}

export interface PlanKindRow {
  /** Name of the kind. */
  kind: string
  /** What people call it, in Chinese. */
  zh?: string
  /** The same in English. */
  en?: string
  /** Declared as planned, live or retired, or only learned from what came. */
  standing: "learned" | "planned" | "live" | "retired"
  /** Declared kinds: what becomes of events that do not fit. */
  mode?: "warn" | "quarantine" | "refuse"
  /** Login of who answers for it. */
  owner?: string
  /** Of the declaration; 0 when there is none. */
  version: number
  /** Properties seen with it. */
  props: number
  /** Events stored, counted since this server knows plans; some seconds late. */
  stored: number
  /** Of them, those that did not fit. */
  warned: number
  /** Events quarantined. */
  quarantined: number
  /** When its name was first known. */
  first: string
  /** When the last one came. */
  last?: string
}

export interface PlanKindView {
  /** Its row of the list. */
  about: PlanKindRow
  /** Its declaration; absent while it is only learned. */
  declared?: PlanKindBody
  /** Changed by staff: it does not follow the playbook any more. */
  edited: boolean
  /** Properties seen, most frequent first. */
  seen: PlanPropSeen[]
  /** Recent events of the kind that were looked at for examples. */
  sampled: number
  /** Where it comes from. */
  sources: PlanSourceSeen[]
}

export interface PlanKindBody {
  /** Name of the kind, as events carry it. */
  kind: string
  /** What people call it, in Chinese. */
  zh?: string
  /** The same in English. */
  en?: string
  /** When it is sent, and by what. */
  about?: string
  /** Login of the member of staff who answers for it. */
  owner?: string
  /** live when absent; planned: expected soon; retired: should not come any more. */
  state?: "planned" | "live" | "retired"
  /** What becomes of events that do not fit; quarantine when absent. */
  mode?: "warn" | "quarantine" | "refuse"
  /** Its properties. */
  props?: PlanPropBody[]
}

export interface PlanPropBody {
  /** Name; parts of objects with a point: address.city. */
  name: string
  /** What people call it, in Chinese. */
  zh?: string
  /** The same in English. */
  en?: string
  /** What it means. */
  about?: string
  /** What it must be; any when absent. integer fits number; time: ISO 8601 or milliseconds. */
  type?: "any" | "text" | "integer" | "number" | "boolean" | "time" | "list" | "object"
  /** Every event of the kind has it. */
  required?: boolean
  /** Only these; whole numbers in digits. */
  values?: string[]
  /** Numbers: at least. */
  min?: number
  /** Numbers: at most. */
  max?: number
  /** Kind of personal data, sealed on arrival; none: not personal, whatever it is called. By its name when absent. */
  personal?: "none" | "phone" | "email" | "name" | "address" | "id_number" | "plate" | "vin" | "birthday"
  /** Made-up example. */
  example?: string
}

export interface PlanPropSeen {
  /** Name of the property. */
  name: string
  /** Type of the first value seen. */
  type: "null" | "boolean" | "integer" | "number" | "text" | "json"
  /** Events that had it; some seconds late. */
  n: number
  /** First seen. */
  first: string
  /** Last seen. */
  last?: string
  /** Of the sampled events, those that had it. */
  sampled: number
  /** Values of recent events; personal ones are only named. */
  examples: string[]
}

export interface PlanSourceSeen {
  /** Number of the source. */
  source: number
  /** Name of its key; absent for what Lianyi itself brought. */
  name?: string
  /** Events stored. */
  stored: number
  /** Of them, those that did not fit. */
  warned: number
  /** Events quarantined. */
  quarantined: number
  /** Events refused. */
  refused: number
  /** When the last one came. */
  last?: string
}

export interface PlanVersionList {
  /** Newest first. */
  items: PlanVersionView[]
}

export interface PlanVersionView {
  /** Number. */
  version: number
  /** Since when. */
  at: string
  /** Name of who made it; empty: the playbook. */
  by: string
  /** The declaration. */
  body: PlanKindBody
}

export interface PlanPutView {
  /** Version that now counts. */
  version: number
  /** False: it said so already. */
  changed: boolean
}

export interface PlanImport {
  /** {"events": […], "context": […]}, as exported. */
  plan: unknown
  /** Only say what would change. */
  dry_run?: boolean
}

export interface PlanTallyView {
  /** Kinds declared for the first time. */
  created: number
  /** Declarations changed. */
  changed: number
  /** Declarations that said so already. */
  same: number
}

export interface PlanContextList {
  /** In this order. */
  items: PlanContextItem[]
}

export interface PlanContextItem {
  /** Path inside context: page.path. */
  path: string
  /** An address: what follows '?' is cut off. */
  address?: boolean
}

export interface QuarantinePage {
  /** Newest first. */
  items: QuarantineRow[]
  /** Events that wait, in all. */
  waiting: number
  /** Bytes they take. */
  bytes: number
  /** How many may wait; beyond, events are refused. */
  limit: number
  /** Events refused since the start because it was full. */
  overflow: number
}

export interface QuarantineRow {
  /** Id. */
  id: number
  /** Waiting, ready to be replayed, replayed, discarded. */
  state: "waiting" | "ready" | "replayed" | "discarded"
  /** Raised by every change. */
  version: number
  /** Kind of the event. */
  kind: string
  /** Number of its source. */
  source: number
  /** Name of the source's key. */
  source_name?: string
  /** Why: an error code. */
  code: string
  /** The field to blame; may be empty. */
  field: string
  /** What was expected. */
  detail: string
  /** The same for people, in the caller's language. */
  reason: string
  /** As sent. */
  message_id?: string
  /** Its number on the timeline, once replayed. */
  event_no?: number
  /** When it happened. */
  time: string
  /** When it came; it is kept for 30 days. */
  received: string
}

export interface QuarantineGroups {
  /** Most events first. */
  items: QuarantineGroup[]
}

export interface QuarantineGroup {
  /** Kind of the events. */
  kind: string
  /** Why: an error code. */
  code: string
  /** The field to blame. */
  field: string
  /** The same for people, in the caller's language. */
  reason: string
  /** Events that wait for this reason. */
  n: number
  /** Of them, those being replayed. */
  ready: number
  /** Sources they come from. */
  sources: number
  /** When the first came. */
  first: string
  /** When the last came. */
  last: string
}

export interface QuarantineView {
  /** Its row of the list. */
  about: QuarantineRow
  /** Whom it names; secret ones without their value. */
  identities: string[]
  /** Its properties; none once it was replayed or discarded. */
  props: QuarantineProp[]
}

export interface QuarantineProp {
  /** Name. */
  name: string
  /** Type as it came. */
  type: "null" | "boolean" | "integer" | "number" | "text" | "json"
  /** Value, cut; empty when personal. */
  value: string
  /** Kind of personal data: it stays sealed. */
  personal?: string
}

export interface QuarantinePatch {
  /** Another kind. */
  kind?: string
  /** {"old name": "new name"}; a sealed value stays sealed. */
  rename?: unknown
  /** {"name": value}: these properties instead of, or beside, what came. */
  set?: unknown
  /** Without these properties. */
  drop?: string[]
}

export interface QuarantineChoice {
  /** These, at once. Otherwise all that wait and match, in the background. */
  ids?: number[]
  /** All of this kind. */
  kind?: string
  /** All of this source. */
  source?: number
  /** All with this reason code. */
  code?: string
  /** All with this field to blame. */
  field?: string
  /** All that wait. */
  all?: boolean
}

export interface QuarantineDone {
  /** Replayed or discarded now, or marked for the background. */
  n: number
  /** More match: ask again. */
  more: boolean
  /** What became of each that was named. */
  items: QuarantineOutcome[]
}

export interface QuarantineOutcome {
  /** Id in quarantine. */
  id: number
  /** stored, duplicate, quarantined again, refused, or gone. */
  verdict: string
  /** Why it waits on. */
  reason?: string
  /** Its number on the timeline. */
  event_no?: number
  /** What it set in motion. */
  effects?: RingView[]
}

export interface RingView {
  /** Effect: stage, tag, trait, points, task, task_done, opportunity, consent. */
  kind: string
  /** Done, or why not: suppressed, failed, cut; would: in shadow, undone. */
  outcome: "done" | "suppressed" | "failed" | "cut" | "would"
  /** Key of the rule; absent when an operation did it directly. */
  rule?: string
  /** Stage's or tag's name, purpose of a consent, reason code of points, clock of a task. */
  what?: string
  /** Why it was not done, e.g. consent:call, quiet, depth. */
  why?: string
  /** Points moved. */
  amount?: number
  /** Points after it. */
  balance?: number
  /** Id of the task, opportunity or entry made. */
  ref?: number
  /** When the task is due. */
  due?: string
  /** Number of the event that tells of it. */
  event?: number
}

export interface ShadowPage {
  /** Counts per rule, source and effect. */
  sums: ShadowSum[]
  /** Newest first; the first 2,000 of each count, for 30 days. */
  items: ShadowItem[]
}

export interface ShadowSum {
  /** Id of the rule. */
  rule: number
  /** Its key. */
  key: string
  /** Number of the source whose events woke it. */
  source: number
  /** Kind of effect. */
  kind: string
  /** done: it would have been; or why not. */
  outcome: "done" | "suppressed" | "failed" | "cut" | "would"
  /** How often. */
  n: number
  /** Points, in all. */
  amount: number
  /** First time. */
  first: string
  /** Last time. */
  last: string
}

export interface ShadowItem {
  /** Id. */
  id: number
  /** Id of the rule in shadow. */
  rule: number
  /** Key of the rule whose effect it is; another one when a chain woke it. */
  by: string
  /** Number of the source. */
  source: number
  /** Number of the event that woke it. */
  event: number
  /** Whom it concerns; 0 nobody. */
  person: number
  /** Kind of effect. */
  kind: string
  /** done: it would have been; or why not. */
  outcome: "done" | "suppressed" | "failed" | "cut" | "would"
  /** Stage's or tag's name, reason code of points, clock of a task. */
  what?: string
  /** Why it would not have been done. */
  why?: string
  /** Points. */
  amount?: number
  /** When the task would be due. */
  due?: string
  /** When. */
  at: string
}

export interface Health {
  /** ok, or starting. */
  status: "ok" | "starting"
}

export interface SessionNew {
  /** Login. */
  login: string
  /** Password. */
  password: string
}

export interface SessionView {
  /** Id of the member of staff. */
  staff: number
  /** Login. */
  login: string
  /** Name. */
  name: string
  /** Role. */
  role: "head" | "operator" | "lead_agent" | "advisor" | "desk" | "dpo" | "auditor"
  /** What the role may do. */
  permissions: string[]
  /** When the session ends at the latest; 12 hours without a request end it too. */
  ends: string
}

export interface StaffList {
  /** By login. */
  items: StaffView[]
}

export interface StaffView {
  /** Id. */
  id: number
  /** Login. */
  login: string
  /** Name. */
  name: string
  /** Role. */
  role: "head" | "operator" | "lead_agent" | "advisor" | "desk" | "dpo" | "auditor"
  /** active or closed. */
  state: "active" | "closed"
  /** For If-Match, in quotes. */
  version: number
  /** Since when. */
  created: string
}

export interface StaffNew {
  /** Login. */
  login: string
  /** Name. */
  name: string
  /** Role. */
  role: "head" | "operator" | "lead_agent" | "advisor" | "desk" | "dpo" | "auditor"
  /** First password. */
  password: string
}

export interface StaffChange {
  /** Name. */
  name?: string
  /** Role. */
  role?: "head" | "operator" | "lead_agent" | "advisor" | "desk" | "dpo" | "auditor"
  /** A closed account cannot log in. */
  state?: "active" | "closed"
}

export interface PasswordChange {
  /** The present password; required for one's own. */
  old?: string
  /** The new one. */
  password: string
}

export interface KeyList {
  /** Newest first. */
  items: KeyView[]
}

export interface KeyView {
  /** Id. */
  id: number
  /** What it is for. */
  name: string
  /** What it may do. */
  scope: "ingest" | "read" | "write" | "admin"
  /** Its last characters. */
  tail: string
  /** Number its events carry; 0 unless it sends events. */
  source: number
  /** What its events may set in motion. */
  effects: "all" | "quiet" | "none" | "shadow"
  /** Since when. */
  created: string
  /** Since when it is void; absent: in use. */
  revoked?: string
}

export interface KeyNew {
  /** What it is for. */
  name: string
  /** What it may do. */
  scope: "ingest" | "read" | "write" | "admin"
  /** ingest: what its events may set in motion; all when absent. */
  effects?: "all" | "quiet" | "none" | "shadow"
}

export interface KeyMade {
  /** The key itself: shown now and never again. */
  key: string
  /** What is known of it afterwards. */
  about: KeyView
}

export interface PermissionList {
  /** In the order of the list. */
  items: PermissionView[]
}

export interface PermissionView {
  /** Name. */
  name: string
  /** In Chinese. */
  zh: string
  /** In English. */
  en: string
  /** Roles that hold it. */
  roles: string[]
  /** Scopes of keys that hold it. */
  scopes: string[]
}

export interface PeoplePage {
  /** Last seen first. */
  items: PersonRow[]
  /** How many match, counted up to 10,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface PersonRow {
  /** Id. */
  id: number
  /** Name; absent when unknown. */
  name?: string
  /** Highest stage of the open opportunity; owner while owning. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** Band of the stage. */
  band: "visitor" | "fan" | "prospect" | "owner_to_be" | "owner"
  /** Masked: 138••••6207. */
  phone?: string
  /** City. */
  city?: string
  /** Model of interest. */
  model?: string
  /** First source. */
  source?: string
  /** Tags, newest first; not the sensitive ones. */
  tags: string[]
  /** Where they stand, ladder and level: prospect:A. */
  tiers: string[]
  /** First seen. */
  created: string
  /** Last seen, to within 5 minutes. */
  seen: string
}

export interface PeopleNames {
  /** As asked, each id once; nobody's ids are left out. */
  items: PersonCalled[]
}

export interface PersonCalled {
  /** The id that was asked for. */
  id: number
  /** Who that is now: another after a join. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** Masked: 138••••6207. */
  phone?: string
}

export interface PersonView {
  /** Id; the oldest subject's. A joined person answers to its old ids. */
  id: number
  /** Name; absent when unknown. */
  name?: string
  /** Stage. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** Band of the stage. */
  band: "visitor" | "fan" | "prospect" | "owner_to_be" | "owner"
  /** City. */
  city?: string
  /** Model of interest. */
  model?: string
  /** First source. */
  source?: string
  /** Cars owned now. */
  vehicles: number
  /** First seen. */
  created: string
  /** Last seen. */
  seen: string
  /** Masked. */
  contacts: ContactView[]
  /** Everything known to be this person. */
  identities: IdentityView[]
  /** Newest first. */
  opportunities: OpportunityView[]
  /** Newest first. */
  tags: TagView[]
  /** By name. */
  traits: TraitView[]
  /** By purpose. */
  consents: ConsentView[]
  /** Value held. */
  balances: BalanceView[]
  /** Open tasks about this person. */
  tasks_open: number
}

export interface ContactView {
  /** Id in the vault. */
  id: number
  /** What it is. */
  kind: "phone" | "email" | "name" | "address" | "id_number" | "plate" | "vin" | "birthday"
  /** Masked value. */
  masked: string
  /** Since when it is known. */
  at: string
}

export interface IdentityView {
  /** What kind of id. */
  kind: "user_id" | "phone" | "anonymous_id" | "crm_id" | "email" | "unionid" | "wecom_external_id" | "openid" | "mp_id" | "device_id" | "vin"
  /** The id; absent for secret ones. */
  label?: string
  /** Its subject. */
  subject: number
}

export interface OpportunityView {
  /** Id. */
  id: number
  /** Open, won, lost or idle. */
  state: "open" | "won" | "lost" | "idle"
  /** Where it stands. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** Intended model. */
  model?: string
  /** Source of the first lead; kept. */
  source?: string
  /** Kind of the event that opened it. */
  trigger: string
  /** Leads that came in for it. */
  touches: number
  /** When. */
  opened: string
  /** When it was won, lost or fell idle. */
  closed?: string
  /** Why it was lost. */
  reason?: string
  /** In order. */
  steps: StepView[]
}

export interface StepView {
  /** Stage entered. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** When. */
  entered: string
  /** When it was left; absent while there. */
  left?: string
  /** Number of the event that moved it. */
  event: number
}

export interface TagView {
  /** Tag. */
  tag: string
  /** Key of the rule, or who set it. */
  source: string
  /** Its evidence: number of the event. */
  event: number
  /** Kind of that event. */
  event_kind?: string
  /** Since when. */
  since: string
  /** When it fades; absent: never. */
  until?: string
}

export interface TraitView {
  /** Name. */
  name: string
  /** Current value. */
  value: unknown
  /** Number of the event that said so. */
  event: number
  /** Since when. */
  at: string
  /** Key of the rule, or name of the key that brought the event; may be empty. */
  source: string
}

export interface ConsentView {
  /** call, sms, wecom, push … */
  purpose: string
  /** Given, or withdrawn. */
  given: boolean
  /** Which text was agreed to; empty when unknown. */
  text_version: string
  /** Number of the event. */
  event: number
  /** When. */
  at: string
}

export interface BalanceView {
  /** points, growth … */
  unit: string
  /** May stand below zero. */
  amount: number
  /** Promised, not yet usable. */
  pending: number
}

export interface TimelinePage {
  /** Newest first. */
  items: EventView[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface EventView {
  /** Number of arrival. */
  no: number
  /** Kind. */
  kind: string
  /** Name of the kind in Chinese, when declared. */
  name_zh?: string
  /** Name of the kind in English, when declared. */
  name_en?: string
  /** When it happened. */
  at: string
  /** When it arrived. */
  received: string
  /** Which key brought it; 0: Lianyi itself. */
  source: number
  /** Made by Lianyi: an effect. */
  system: boolean
  /** Only stage, tags and traits were touched. */
  quiet: boolean
  /** Number of the event that caused it. */
  cause?: number
  /** Properties by name; personal data masked. */
  props: unknown
  /** What it set in motion. */
  rings: RingView[]
}

export interface TraitsView {
  /** By name; those that have a value. */
  items: TraitView[]
}

export interface TraitHistory {
  /** Name. */
  name: string
  /** Newest first; each a change of the value. */
  items: TraitChange[]
}

export interface TraitChange {
  /** What was done. */
  op: "set" | "set_once" | "increment" | "append" | "unset"
  /** With what; absent for unset. */
  said?: unknown
  /** The value from then on; absent: none. */
  value?: unknown
  /** Since when. */
  at: string
  /** When the same was last said. */
  last: string
  /** When it arrived. */
  known: string
  /** Number of the event that said so. */
  event: number
  /** Key of the rule, or name of the key that brought the event; may be empty. */
  source: string
}

export interface RevealNew {
  /** What to show. */
  kind: "phone" | "email" | "name" | "address" | "id_number" | "plate" | "vin" | "birthday"
  /** Why: kept in the event that tells of the reading. */
  reason: string
}

export interface Revealed {
  /** In full, newest first. */
  values: string[]
}

export interface FunnelView {
  /** The window. */
  days: number
  /** Its beginning. */
  from: string
  /** From follow to advocate. */
  stages: FunnelStage[]
  /** With `by`: the largest groups, largest first. */
  groups?: FunnelGroup[]
  /** With `by`: groups that are not shown, beyond the twentieth or, of cities, with fewer than five people. */
  groups_left?: number
}

export interface FunnelStage {
  /** Stage. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** People who stand there now. */
  now: number
  /** People who entered it in the window. */
  entered: number
  /** Of those who entered the stage before, how many came here or beyond. */
  of_previous?: number
  /** How many entered the stage before in the window. */
  previous?: number
  /** Median stay of those who left it in the window, seconds; absent when nobody did. */
  stay_s?: number
}

export interface FunnelGroup {
  /** Source, city or model; empty: not known. */
  value: string
  /** People who entered any stage in the window. */
  people: number
  /** Of each stage from follow to advocate: who entered it in the window. */
  entered: number[]
  /** Of those, how many came further. */
  on: number[]
}

export interface DroppedView {
  /** The window. */
  days: number
  /** Lead to order; all that dropped off in the window. */
  stages: DroppedStage[]
  /** Most frequent first; of all that were lost in the window. */
  reasons: DroppedReason[]
  /** Those asked for, latest first. */
  items: DroppedOne[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface DroppedStage {
  /** How far they had come. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** Opportunities lost there. */
  lost: number
  /** Opportunities that fell idle there. */
  idle: number
}

export interface DroppedReason {
  /** Word of the reason; empty: none was given. */
  reason: string
  /** In Chinese. */
  zh?: string
  /** In English. */
  en?: string
  /** Opportunities lost for it. */
  lost: number
}

export interface DroppedOne {
  /** Opportunity. */
  id: number
  /** Whose. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** Lost, or idle: nothing happened for long. */
  state: "lost" | "idle"
  /** How far they had come. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** Intended model. */
  model?: string
  /** Source of the first lead. */
  source?: string
  /** Why it was lost. */
  reason?: string
  /** When. */
  at: string
}

export interface NextView {
  /** The window. */
  days: number
  /** Lead, trial, reserve, order. */
  stages: NextStage[]
}

export interface NextStage {
  /** Stage, lead to order. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** People who stand there now. */
  now: number
  /** Stays looked at: those that ended or are 28 days old, the newest 20,000. */
  stays: number
  /** Of them, how many came further. */
  on: number
  /** The one whose difference is surely above nothing and largest at its lower end; absent: none. */
  best?: "contact" | "note" | "invite" | "drive"
  /** Largest lower end first; those of too few stays last. */
  actions: NextActionRow[]
}

export interface NextActionRow {
  /** contact: a task was closed that reached them. note: a conversation was noted. invite: invited to a campaign. drive: a test drive was booked. */
  action: "contact" | "note" | "invite" | "drive"
  /** Stays during which it was done. */
  done: number
  /** Of them, how many came further. */
  done_on: number
  /** Stays without it. */
  without: number
  /** Of them, how many came further. */
  without_on: number
  /** Difference of the two shares, −1 to 1; absent below 30 stays on either side. */
  more?: number
  /** Where the difference lies, 95 %: from. */
  low?: number
  /** To. */
  high?: number
  /** People who stand there now and have not had it since they came; counted up to 10,000. */
  waiting: number
}

export interface DoubtPage {
  /** Latest evidence first. */
  items: DoubtView[]
  /** How many are open, counted up to 1,000. */
  open: number
  /** How many values are blocked, counted up to 1,000. */
  blocked: number
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface DoubtView {
  /** Id. */
  id: number
  /** Whether to join two, or to split one. */
  what: "join" | "split"
  /** Where it stands. */
  state: "open" | "done" | "refused" | "overtaken"
  /** strong: both have a login; too_many:<kind>: more than one may have; staff: asked for by a steward. */
  why: string
  /** Kind of the identity that is the evidence. */
  kind?: "user_id" | "phone" | "anonymous_id" | "crm_id" | "email" | "unionid" | "wecom_external_id" | "openid" | "mp_id" | "device_id" | "vin"
  /** Who brought the evidence. */
  source?: string
  /** How often it came. */
  times: number
  /** First. */
  at: string
  /** Last. */
  last: string
  /** The older one. */
  one: MergeSide
  /** The other. */
  other: MergeSide
  /** Two stewards have to accept. */
  two_signatures: boolean
  /** Who gave the first signature. */
  signed_by?: string
  /** Their id. */
  signed_id?: number
  /** Who decided. */
  decided_by?: string
  /** When. */
  decided?: string
  /** Their words. */
  note?: string
}

export interface MergeSide {
  /** The person now. */
  id: number
  /** Name; absent when unknown. */
  name?: string
  /** Masked. */
  phone?: string
  /** Stage. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** City. */
  city?: string
  /** First source. */
  source?: string
  /** Cars owned now. */
  vehicles: number
  /** Balance. */
  points: number
  /** Owner, KOC or a high balance: two stewards sign. */
  high_value: boolean
  /** Kinds and ids; of secret ones the kind alone. */
  identities: string[]
  /** First seen. */
  created: string
  /** Last seen. */
  seen: string
}

export interface BlockedPage {
  /** Newest first. */
  items: BlockedView[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface BlockedView {
  /** Id. */
  id: number
  /** Kind of identity. */
  kind: "user_id" | "phone" | "anonymous_id" | "crm_id" | "email" | "unionid" | "wecom_external_id" | "openid" | "mp_id" | "device_id" | "vin"
  /** The value; masked for secret kinds, absent when it is not known. */
  label?: string
  /** placeholder, or shared: of too many people. */
  why: string
  /** Of how many people it was when it was blocked; 0: a placeholder. */
  persons: number
  /** Joins it made that still stand. */
  joins: number
  /** Blocked, or released by a steward. */
  state: "blocked" | "released"
  /** Since when. */
  at: string
  /** Who changed it last. */
  by?: string
}

export interface MergeJobView {
  /** Id. */
  id: number
  /** The job whose joins it takes back. */
  undo?: number
  /** How many it looks at. */
  total: number
  /** Of them so far. */
  done: number
  /** High-value people, left to two stewards. */
  refused: number
  /** Nothing is left to do. */
  finished: boolean
  /** The person they become. */
  survivor: number
  /** Why. */
  note: string
  /** Who asked for it. */
  by?: string
  /** When. */
  at: string
}

export interface MergesView {
  /** Everything known to be this person, now or then. */
  identities: IdentityLife[]
  /** What made them one, newest first. */
  merges: MergeView[]
}

export interface IdentityLife {
  /** Its subject. */
  subject: number
  /** What kind of id. */
  kind: "user_id" | "phone" | "anonymous_id" | "crm_id" | "email" | "unionid" | "wecom_external_id" | "openid" | "mp_id" | "device_id" | "vin"
  /** The id; absent for secret ones. */
  label?: string
  /** Since when it is theirs; absent: since ever. */
  from?: string
  /** When it went to somebody else; absent: it did not. */
  until?: string
  /** It can pass from hand to hand. */
  hands: boolean
}

export interface MergeView {
  /** Id: what a split names. */
  id: number
  /** Subject. */
  one: number
  /** Subject. */
  other: number
  /** identity, alias, staff or import. */
  why: string
  /** Kind of the identity that was the evidence. */
  kind?: "user_id" | "phone" | "anonymous_id" | "crm_id" | "email" | "unionid" | "wecom_external_id" | "openid" | "mp_id" | "device_id" | "vin"
  /** Percent. */
  confidence: number
  /** Who brought it. */
  source?: string
  /** Which steward. */
  by?: string
  /** When. */
  at: string
  /** When it was split again. */
  ended?: string
  /** By whom; `identity`: the evidence changed hands. */
  ended_by?: string
}

export interface MergeNote {
  /** Why: kept with the decision. */
  note: string
}

export interface Decision {
  /** false: signed once; another steward has to sign. */
  done: boolean
  /** The doubt it stands under. */
  doubt: number
  /** The person now. */
  person?: number
  /** After a split: who went. */
  other?: number
}

export interface MergeNew {
  /** Id of the other person. */
  other: number
  /** Why: kept with the decision. */
  note: string
}

export interface IdentityEnd {
  /** From when on it is not theirs; now when absent. */
  at?: string
  /** Whose it is from then on; nobody known when absent. */
  to?: number
  /** Why: audited. */
  note: string
}

export interface IdentityEnded {
  /** The subject it stands for from then on. */
  subject: number
}

export interface MergeJobNew {
  /** People who are one. */
  people: number[]
  /** Why: kept with the job. */
  note: string
}

export interface BlockedPut {
  /** What it shall be. */
  state: "blocked" | "released"
  /** Why: audited. */
  note: string
}

export interface PortraitNew {
  /** owners: against everybody. becoming: of those with a lead, who became one against who did not, as each was at the first lead. */
  ready?: "owners" | "becoming"
  /** Instead: the set, a condition as in questions. */
  who?: unknown
  /** The others, a condition; everybody when absent. */
  against?: unknown
  /** Kind of event: people are looked at as they were at their first one. */
  at?: string
}

export interface PortraitView {
  /** What was asked, as a Chinese sentence. */
  question_zh: string
  /** The same in English. */
  question_en: string
  /** People of the set. */
  people: number
  /** People they are compared with. */
  others: number
  /** Fewer than 5: nothing of them is shown. */
  too_few: boolean
  /** Traits, tags, deeds. */
  groups: PortraitGroup[]
  /** Number of the last event it saw. */
  head: number
  /** Microseconds it took. */
  took_us: number
}

export interface PortraitGroup {
  /** trait, tag or did (in the 28 days before). */
  kind: string
  /** Of a trait: city, model, birth_band. */
  name?: string
  /** People of the set of whom something is known. */
  known: number
  /** The same of the others. */
  known_others: number
  /** Values that hold of fewer than 5 people of the set and are not shown. */
  hidden: number
  /** Most people first. */
  values: PortraitRow[]
}

export interface PortraitRow {
  /** City, model, first birth year of five, tag, kind of event. */
  value: string
  /** What people call it in Chinese, when it has another name. */
  zh?: string
  /** The same in English. */
  en?: string
  /** People of the set it holds of. */
  people: number
  /** People of the others; absent: fewer than 5. */
  others?: number
  /** people / known; absent below 30 known. */
  share?: number
  /** Lower end of its 95 % Wilson interval. */
  low?: number
  /** Upper end. */
  high?: number
  /** The same among the others. */
  share_others?: number
  /** share / share_others; absent when either is. */
  lift?: number
  /** The others' share lies outside of the interval. */
  certain: boolean
}

export interface PropensityView {
  /** Number of the model. */
  version: number
  /** When. */
  made: string
  /** Who asked for it. */
  by: string
  /** Leads at least so old were learned from: younger ones may still become owners. */
  lead_days: number
  /** score = 1 / (1 + exp(-(intercept + the weights of what holds))). */
  intercept: number
  /** Leads it was fitted on. */
  learned: number
  /** How many of them became owners. */
  became: number
  /** Leads kept apart to judge it by. */
  held_out: number
  /** How many of them became owners. */
  held_became: number
  /** Of two of these, one of whom became an owner, how often that one scored higher. */
  auc: number
  /** Those kept apart, lowest scores first: said against came. */
  bins: PropensityBinView[]
  /** What tells most first. */
  features: PropensityFeatureView[]
}

export interface PropensityBinView {
  /** Mean score of these people. */
  predicted: number
  /** How many. */
  people: number
  /** How many of them became owners. */
  became: number
  /** Lower end of the 95 % Wilson interval of became / people. */
  low: number
  /** Upper end. */
  high: number
}

export interface PropensityFeatureView {
  /** trait, tag or did (in the 28 days before the lead). */
  kind: string
  /** Of a trait: city, model, birth_band. */
  name?: string
  /** Its value; empty: none that the model knows. */
  value: string
  /** What people call it in Chinese, when it has another name. */
  zh?: string
  /** The same in English. */
  en?: string
  /** What it adds to the log-odds. */
  weight: number
  /** Leads it held of, of those learned from. */
  people: number
  /** How many of them became owners. */
  became: number
}

export interface PropensityNew {
  /** 180 when absent. */
  lead_days?: number
}

export interface PropensityList {
  /** Of the model. */
  version: number
  /** People with a lead who are no owners. */
  open: number
  /** Those with an open opportunity, best first. */
  items: PropensityPerson[]
}

export interface PropensityPerson {
  /** Id. */
  person: number
  /** Of the model. */
  version: number
  /** Their first lead, as of which they are looked at; absent: they have none, and no score. */
  lead?: string
  /** They own or owned one already. */
  owner: boolean
  /** From 0 to 1; absent: no lead. */
  score?: number
  /** What moves it most, first. */
  reasons: PropensityReason[]
}

export interface PropensityReason {
  /** trait, tag or did (in the 28 days before the lead). */
  kind: string
  /** Of a trait: city, model, birth_band. */
  name?: string
  /** Its value; empty: none that the model knows. */
  value: string
  /** What people call it in Chinese, when it has another name. */
  zh?: string
  /** The same in English. */
  en?: string
  /** It holds of the person, or it does not; of a trait: its value is one the model knows. */
  holds: boolean
  /** To the log-odds, against the average lead. */
  adds: number
}

export interface ClassesView {
  /** user: everybody, by stage. The others: whoever did something, asked for a call or owns a car. */
  items: ClassAxisView[]
}

export interface ClassAxisView {
  /** user, behaviour, type or path. */
  axis: string
  /** In their order. */
  classes: ClassCount[]
}

export interface ClassCount {
  /** Class. */
  class: string
  /** What people call it in Chinese. */
  zh: string
  /** People who are of it now. */
  people: number
}

export interface MatrixView {
  /** Which classes. */
  axis: "behaviour" | "type" | "path"
  /** The earlier day. */
  from: string
  /** The later day. */
  to: string
  /** All classes of the axis, in order. */
  classes: string[]
  /** People counted: those who were ever of a class other than the first. */
  people: number
  /** Cells that are not empty. */
  cells: MatrixCell[]
}

export interface MatrixCell {
  /** Class at the earlier day. */
  from: string
  /** Class at the later day. */
  to: string
  /** How many went from one to the other, or stayed. */
  people: number
}

export interface HeldTags {
  /** By class, newest first. */
  items: HeldTag[]
}

export interface HeldTag {
  /** Its name; absent while the consent it needs is missing. */
  tag?: string
  /** The consent it needs was not given or was withdrawn: not to be used. */
  locked: boolean
  /** The consent it needs. */
  purpose?: string
  /** Its English name. */
  en?: string
  /** audience, behaviour or fact; absent: not in the library. */
  class?: string
  /** Its family in the library. */
  family?: string
  /** That family's English name. */
  family_en?: string
  /** Its level in the family. */
  level?: number
  /** Another of its audience family is shown: this one came with another of their identities. */
  covered: boolean
  /** Who said so. */
  origin: "rule" | "staff" | "import" | "survey" | "order" | "self"
  /** Key of the rule that set it. */
  rule?: string
  /** Staff's words. */
  reason?: string
  /** Percent. */
  confidence: number
  /** Number of the event that is its evidence. */
  event: number
  /** Since when. */
  since: string
  /** When it was last confirmed. */
  seen: string
  /** When it fades; absent: never. */
  until?: string
  /** Deeds counted towards it, newest first. */
  deeds: TagEvidence[]
}

export interface TagEvidence {
  /** Local day. */
  day: string
  /** How often that day. */
  n: number
  /** Number of the day's last such event. */
  event: number
}

export interface NoteList {
  /** Newest first. */
  items: NoteView[]
}

export interface NoteView {
  /** Id. */
  id: number
  /** What was said. */
  text: string
  /** How. */
  channel: "call" | "wecom" | "store" | "event" | "other"
  /** When it was noted. */
  at: string
  /** Who noted it. */
  staff: number
  /** Their name. */
  staff_name?: string
  /** Number of the event note.taken, evidence of tags accepted from it. */
  event: number
}

export interface TagSuggestions {
  /** Latest first, each tag once. */
  items: TagSuggestion[]
}

export interface TagSuggestion {
  /** A tag of the library they do not have. */
  tag: string
  /** Its English name. */
  en: string
  /** The words that speak for it. */
  words: string[]
  /** Number of the event it was said in: its evidence. */
  event: number
  /** Id of the note; absent: it was said in an event. */
  note?: number
  /** Kind of that event. */
  kind: string
  /** When. */
  at: string
  /** The consent it needs. */
  purpose?: string
  /** That consent was given, or none is needed. */
  permitted: boolean
}

export interface NoteNew {
  /** What was said. What looks personal is starred. */
  text: string
  /** How they were spoken to. */
  channel: "call" | "wecom" | "store" | "event" | "other"
}

export interface TagCoverage {
  /** People known: the whole. */
  people: number
  /** People who have at least one tag. */
  tagged: number
  /** The library by class, family and level; then names it lacks. */
  items: TagUse[]
}

export interface TagUse {
  /** Name. */
  tag: string
  /** It is in the library. */
  listed: boolean
  /** Its id there. */
  id?: number
  /** English name. */
  en?: string
  /** audience, behaviour or fact. */
  class?: string
  /** Family. */
  family?: string
  /** Its English name. */
  family_en?: string
  /** Level in the family. */
  level?: number
  /** Who looks after it. */
  owner?: string
  /** Their English name. */
  owner_en?: string
  /** How long it lasts; absent: for good. */
  days?: number
  /** The consent it needs. */
  purpose?: string
  /** People who have it. */
  people: number
  /** Of them: not confirmed for 90 days. */
  stale: number
  /** When it was last given; absent: never. */
  newest?: string
  /** When it is to be given. */
  note?: string
  /** The same in English. */
  note_en?: string
  /** Words in a conversation that speak for it. */
  words?: string
  /** The same in English. */
  words_en?: string
}

export interface TagNew {
  /** A tag of the library. */
  tag: string
  /** Why: kept with the tag and in its event. */
  reason: string
  /** How long it lasts; what the library says when absent. */
  days?: number
  /** How sure, percent; 100 when absent. */
  confidence?: number
  /** Its evidence: an event of theirs, a note's for instance, among their last 200. */
  event?: number
}

export interface TagDone {
  /** Something changed. */
  done: boolean
  /** Why not: stands, consent:family …, not_tagged. */
  why?: string
  /** Number of the event that tells of it. */
  event?: number
}

export interface TagGone {
  /** A tag the person has. */
  tag: string
  /** Why: kept in its event. */
  reason: string
}

export interface TagApply {
  /** A tag of the library. */
  tag: string
  /** Ids of people. */
  people: number[]
  /** Why: kept with the tag and in its event. */
  reason: string
  /** true: only says what would happen. */
  dry_run?: boolean
}

export interface TagApplied {
  /** Nothing was written. */
  dry_run: boolean
  /** Different people in the list. */
  people: number
  /** Ids of nobody. */
  unknown: number
  /** Had it already. */
  stands: number
  /** The consent it needs is missing. */
  refused: number
  /** Of those added: another tag of its audience family went. */
  replaced: number
  /** Got it, or would. */
  added: number
}

export interface PersonConsents {
  /** Every purpose, and each company named. */
  items: PersonConsent[]
  /** Every word, newest first. */
  history: ConsentWord[]
}

export interface PersonConsent {
  /** The purpose, with its company. */
  purpose: string
  /** Its name in Chinese. */
  zh: string
  /** In English. */
  en: string
  /** The company it names. */
  company?: string
  /** What counts now: of two words the refusal, unless taken back later. */
  state: "unasked" | "given" | "refused"
  /** The text agreed to. */
  text_version?: string
  /** That text is stored here. */
  text_known: boolean
  /** Where it was said. */
  place?: string
  /** Number of the event that proves it. */
  event?: number
  /** When. */
  at?: string
}

export interface ConsentWord {
  /** About what. */
  purpose: string
  /** Given or withdrawn. */
  given: boolean
  /** The text agreed to. */
  text_version?: string
  /** Where. */
  place?: string
  /** Number of the event that proves it. */
  event: number
  /** When. */
  at: string
}

export interface ConsentSay {
  /** A purpose, share_dealer:<company>; to withdraw also channels, or a named purpose as a whole. */
  purpose: string
  /** true: given; false: withdrawn. */
  given: boolean
  /** The stored text agreed to; required to give. */
  version?: string
  /** Where it was said: call, store, form … */
  place: string
  /** How you know: kept in the event. */
  reason: string
}

export interface DeedDone {
  /** Something changed; false: it was so already. */
  done: boolean
  /** Number of the event that tells of it. */
  event?: number
}

export interface PurposeRows {
  /** Built-in ones first. */
  items: PurposeView[]
}

export interface PurposeView {
  /** Its key. */
  key: string
  /** In Chinese. */
  zh: string
  /** In English. */
  en: string
  /** Reaches the person: withdrawn by "do not call". */
  channel: boolean
  /** Holds for a named company only: key:company. */
  named: boolean
  /** People who gave it; of a named one: to any company. */
  given: number
  /** The newest text; absent: none is stored. */
  text_version?: string
  /** Added by the brand: its names may be changed. */
  own: boolean
}

export interface PurposeNew {
  /** Its key, for life. */
  key: string
  /** In Chinese. */
  zh: string
  /** In English. */
  en: string
  /** Reaches the person. */
  channel?: boolean
  /** Holds for a named company only. */
  named?: boolean
}

export interface PurposeChange {
  /** In Chinese. */
  zh?: string
  /** In English. */
  en?: string
  /** Reaches the person. */
  channel?: boolean
}

export interface ConsentTexts {
  /** By purpose, newest first. */
  items: ConsentText[]
}

export interface ConsentText {
  /** Of which purpose. */
  purpose: string
  /** Its version. */
  version: string
  /** What is agreed to, in Chinese. */
  zh: string
  /** In English. */
  en: string
  /** BLAKE2b-256 of both texts, a zero byte between, hexadecimal. */
  hash: string
  /** Since when it is stored. */
  at: string
}

export interface ConsentTextNew {
  /** Of which purpose. */
  purpose: string
  /** Its version; a text is never changed. */
  version: string
  /** What is agreed to, in Chinese. */
  zh: string
  /** In English. */
  en: string
}

export interface PersonVehicles {
  /** Verified owner of at least one. */
  verified: boolean
  /** potential, intent, experience or owner. */
  user_class: string
  /** lurker … koc. */
  behaviour: string
  /** consumer, producer or valuable. */
  type: string
  /** none, prospect, new_owner, old_owner or seed_owner. */
  path: string
  /** Owned first, newest first. */
  vehicles: OwnVehicle[]
  /** Newest first. */
  claims: ClaimView[]
  /** Everybody of it, this person too; empty: none. */
  household: HouseholdPerson[]
}

export interface OwnVehicle {
  /** Stands for the VIN (its keyed hash), or event:<no> when none was said. */
  vehicle: string
  /** Masked VIN; absent when unknown. */
  vin?: string
  /** The registered owner, at some time. */
  owner: boolean
  /** Owner from. */
  from?: string
  /** Owner until; absent: still. */
  until?: string
  /** Owner now, and proved. */
  verified: boolean
  /** Other roles now: payer, main_user, authorised. */
  roles: string[]
  /** The main user votes for it. */
  delegated: boolean
  /** Of which organisation it is. */
  organisation?: string
}

export interface ClaimView {
  /** Id. */
  id: number
  /** Who claims. */
  person: number
  /** Their name; absent when unknown. */
  name?: string
  /** Stands for the VIN (its keyed hash), or event:<no> when none was said. */
  vehicle: string
  /** Masked VIN. */
  vin?: string
  /** What it rests on. */
  evidence: "order" | "registration" | "id" | "app" | "staff"
  /** Number of the order or certificate. */
  reference?: string
  /** Waiting, approved, refused or revoked. */
  state: "waiting" | "approved" | "refused" | "revoked"
  /** Who is the registered owner now; absent: nobody known. */
  owner?: number
  /** Why it was decided so. */
  reason?: string
  /** When it was made. */
  at: string
  /** When it was decided. */
  decided?: string
}

export interface HouseholdPerson {
  /** Who. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** What they are in it. */
  kind: "head" | "spouse" | "child" | "parent" | "other"
  /** Since when. */
  since: string
}

export interface HouseholdNew {
  /** A person of the household, or to begin one with. */
  with: number
  /** What this person is in it. */
  kind: "head" | "spouse" | "child" | "parent" | "other"
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface ReasonOnly {
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface ClaimNew {
  /** The VIN; its check digit must be right. */
  vin: string
  /** What was shown. */
  evidence: "order" | "registration" | "id" | "app" | "staff"
  /** Number of the order or certificate. */
  reference?: string
}

export interface ClaimPage {
  /** Oldest first. */
  items: ClaimView[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface ClaimDecideNew {
  /** approve and refuse what waits, revoke what was approved. */
  decision: "approve" | "refuse" | "revoke"
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface OwnershipView {
  /** Stands for the VIN (its keyed hash), or event:<no> when none was said. */
  vehicle: string
  /** Masked VIN; absent when unknown. */
  vin?: string
  /** Of which organisation it is now. */
  organisation?: string
  /** That has five or more: no vote. */
  fleet: boolean
  /** The main user votes for it. */
  delegated: boolean
  /** Newest first. */
  owners: OwnerPeriod[]
  /** Newest first. */
  roles: RolePeriod[]
}

export interface OwnerPeriod {
  /** Registered owner. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** From. */
  from: string
  /** Until, excluded; absent: still. */
  until?: string
  /** Proved. */
  verified: boolean
}

export interface RolePeriod {
  /** Who. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** As what. */
  role: "payer" | "main_user" | "authorised"
  /** From. */
  from: string
  /** Until, excluded; absent: still. */
  until?: string
}

export interface RoleNew {
  /** Who. */
  person: number
  /** As what. */
  role: "payer" | "main_user" | "authorised"
  /** true: no longer. */
  end?: boolean
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface TransferNew {
  /** The new registered owner; absent: sold away or scrapped, nobody known. */
  person?: number
  /** Since when; now when absent. */
  at?: string
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface DelegationNew {
  /** true: the main user votes; false: the owner again. */
  on: boolean
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface FleetNew {
  /** Whose it is; absent: no organisation's any more. */
  organisation?: string
  /** Why: kept in the event that tells of it. */
  reason: string
}

export interface RollView {
  /** As of. */
  at: string
  /** Vehicles that have a vote: one each. */
  votes: number
  /** People who own them. */
  owners: number
  /** Of the votes: ownership proved. */
  verified: number
  /** Of the votes: given to the main user. */
  delegated: number
  /** Vehicles of fleets: no vote, apart. */
  fleet_vehicles: number
  /** Organisations with five or more. */
  fleets: number
  /** Deliveries told without a VIN: no vote. */
  without_vin: number
  /** By vehicle. */
  items: RollRow[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface RollRow {
  /** Stands for the VIN (its keyed hash), or event:<no> when none was said. */
  vehicle: string
  /** Registered owner. */
  owner: number
  /** Who votes for it: the owner, or the main user where the owner said so. */
  voter: number
  /** The ownership is proved. */
  verified: boolean
}

export interface OnlineView {
  /** Vehicles with a VIN, owned now, of no fleet. */
  vehicles: number
  /** Of them: the owner's ownership is proved or bound (M35b). */
  bound: number
  /** Of these: the owner was seen within 90 days (M35). */
  online: number
}

export interface TaskPage {
  /** By due time; closed ones newest first. */
  items: TaskView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface TaskView {
  /** Id. */
  id: number
  /** For If-Match. */
  version: number
  /** Which promise: K01 … */
  clock: string
  /** Who should do it: lead_agent, advisor … */
  role: string
  /** What to do, in Chinese. */
  title_zh: string
  /** What to do, in English. */
  title_en: string
  /** Where it stands. */
  state: "open" | "done" | "cancelled" | "escalated"
  /** Staff id; absent: nobody yet. */
  assignee?: number
  /** Their name. */
  assignee_name?: string
  /** Whom it is about. */
  person: number
  /** Their name, when known. */
  person_name?: string
  /** Masked. */
  phone?: string
  /** Their stage now. */
  stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"
  /** Their city. */
  city?: string
  /** Model they intend. */
  model?: string
  /** The opportunity. */
  opportunity?: number
  /** Start of the clock. */
  opened: string
  /** When it turns red. */
  warn: string
  /** When it is due. */
  due: string
  /** When it was done or cancelled. */
  closed?: string
  /** Open after due, or done after due. */
  late: boolean
  /** Outcomes noted so far. */
  attempts: number
  /** The last one. */
  outcome?: "reached" | "reached_later" | "booked" | "refused" | "not_reached" | "invalid_number" | "wrong_person" | "do_not_call" | "done"
  /** Its note. */
  note?: string
  /** Key of the rule that opened it. */
  rule?: string
  /** Number of the event that opened it. */
  cause: number
  /** The task it backs up. */
  escalates?: number
}

export interface TaskOutcomeNew {
  /** What came of it. */
  outcome: "reached" | "reached_later" | "booked" | "refused" | "not_reached" | "invalid_number" | "wrong_person" | "do_not_call" | "done"
  /** Anything worth keeping. Phone numbers and the like in it are starred. */
  note?: string
}

export interface TaskOutcomeDone {
  /** The task as it stands now. */
  task: TaskView
  /** What it set in motion. */
  rings: RingView[]
}

export interface TaskPatch {
  /** Staff id; null: nobody. */
  assignee: number | null
}

export interface OverviewView {
  /** People known. */
  people: number
  /** Opportunities opened in 28 days. */
  leads: number
  /** Opportunities that reached a firm order in 28 days. */
  orders: number
  /** Deliveries in 28 days. */
  deliveries: number
  /** Owners now. */
  owners: number
  /** Open tasks. */
  tasks_open: number
  /** Of them overdue. */
  tasks_late: number
  /** Events so far. */
  events: number
  /** Every clock that has tasks. */
  clocks: ClockView[]
}

export interface ClockView {
  /** K01 … */
  clock: string
  /** What it promises, in Chinese. */
  name_zh: string
  /** In English. */
  name_en: string
  /** Tasks that fell due in the last 28 days. */
  due: number
  /** Of them, met at or before due. */
  on_time: number
  /** Open, not yet due. */
  open: number
  /** Open and overdue. */
  late: number
}

export interface RuleList {
  /** In the order they run. */
  items: RuleView[]
}

export interface RuleView {
  /** Id. */
  id: number
  /** Stable name, e.g. lead.call. */
  key: string
  /** Raised by every change. */
  version: number
  /** On, off, or shadow: says what it would do. */
  state: "on" | "off" | "shadow"
  /** Where it came from: playbook, staff. */
  origin: string
  /** Name in Chinese. */
  name_zh: string
  /** Name in English. */
  name_en: string
  /** The whole rule as a Chinese sentence. */
  sentence_zh: string
  /** The whole rule as an English sentence. */
  sentence_en: string
  /** Event kinds that wake it. */
  events?: string[]
  /** The rule itself. */
  body: unknown
  /** Of the playbook, and says something else than it. */
  edited: boolean
  /** Times its condition held, since the server started. */
  fired: number
  /** Its failures on record. */
  failed: number
}

export interface RulePatch {
  /** The new state. */
  state: "on" | "off" | "shadow"
}

export interface RuleFailures {
  /** Newest first. */
  items: RuleFailure[]
}

export interface RuleFailure {
  /** Number of the event that woke the rule. */
  cause: number
  /** Key of the rule. */
  rule: string
  /** Place of the effect in the rule, from 0. */
  effect: number
  /** Kind of the effect. */
  kind: string
  /** Failed or cut. */
  outcome: "done" | "suppressed" | "failed" | "cut" | "would"
  /** Error code or limit. */
  why: string
  /** When. */
  at: string
}

export interface RuleNew {
  /** The rule: docs/reference/rules.md. */
  body: unknown
  /** shadow when absent: it is tried first. */
  state?: "on" | "off" | "shadow"
}

export interface RuleEdit {
  /** The rule as it shall be; its key stays. */
  body?: unknown
  /** Instead, true: back to what the playbook says now. */
  playbook?: boolean
  /** shadow when absent: it is tried first. */
  state?: "on" | "off" | "shadow"
}

export interface RuleDraft {
  /** A rule. */
  body: unknown
}

export interface RuleChecked {
  /** What it says, in Chinese. */
  sentence_zh: string
  /** The same in English. */
  sentence_en: string
  /** Kinds of events nobody has sent or declared yet. */
  unknown: string[]
}

export interface RuleVersions {
  /** Newest first. */
  items: RuleVersionView[]
  /** What the playbook says now; absent: it has no such rule. */
  book?: unknown
}

export interface RuleVersionView {
  /** Number. */
  version: number
  /** Why it came. */
  change: "made" | "edited" | "switched" | "followed" | "returned"
  /** State from then on. */
  state: "on" | "off" | "shadow"
  /** Who: a name, playbook; empty: not known. */
  by: string
  /** When. */
  at: string
  /** What it said. */
  body: unknown
}

export interface AccountView {
  /** Id. */
  id: number
  /** points, growth, money (fen) … */
  unit: string
  /** A person, a budget, or the system. */
  owner_kind: "person" | "issuer" | "system"
  /** The person. */
  owner?: number
  /** main, or the name of the budget. */
  name: string
  /** Credited minus debited. */
  balance: number
  /** What may be spent or given out. */
  available: number
  /** Received since ever. */
  credited: number
  /** Given since ever. */
  debited: number
  /** Promised to it. */
  held_in: number
  /** Reserved of it. */
  held_out: number
  /** The balance never falls below. */
  floor: number
  /** No movement any more. */
  closed: boolean
  /** Since when. */
  opened: string
}

export interface HoldingList {
  /** By unit. */
  items: HoldingView[]
}

export interface HoldingView {
  /** points, growth … */
  unit: string
  /** Its Chinese name. */
  unit_zh: string
  /** Its English name. */
  unit_en: string
  /** May stand below zero after a reversal. */
  balance: number
  /** What may be spent now. */
  available: number
  /** Promised, not yet usable. */
  pending: number
  /** What is the next to expire; 0: nothing. */
  expiring: number
  /** When. */
  expiring_at?: string
  /** Ids of the accounts; several after a join. */
  accounts: number[]
}

export interface EntryPage {
  /** Newest first. */
  items: EntryView[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface EntryView {
  /** Id. */
  id: number
  /** When. */
  at: string
  /** Unit. */
  unit: string
  /** Received, or below zero: given. */
  amount: number
  /** Of the account, right after it. */
  balance: number
  /** Reason code. */
  reason: string
  /** Reason in Chinese. */
  reason_zh: string
  /** Reason in English. */
  reason_en: string
  /** The other side: the budget or system account. */
  other: string
  /** Its key. */
  key: string
  /** The person's account. */
  account: number
  /** The entry it reverses. */
  reverses?: number
  /** The entry that reversed it. */
  reversed_by?: number
  /** The hold it posted. */
  hold?: number
  /** Number of the event that caused it. */
  event?: number
  /** Rule, staff or key. */
  made_by: string
}

export interface EntryBatch {
  /** Posted in this order. */
  entries: EntryNew[]
  /** All or nothing, as one group; otherwise each has its own result, which is also the default. */
  together?: boolean
}

export interface EntryNew {
  /** Your name for it; sent again, it has no second effect. */
  key: string
  /** Account that gives. With credit; or person instead of both. */
  debit?: number
  /** Account that receives. */
  credit?: number
  /** Who receives from the budget of the reason, or spends. */
  person?: number
  /** With person; points when absent. */
  unit?: string
  /** Above zero; with person also below: spent, from all their accounts. */
  amount: number
  /** Reason code. */
  reason: string
}

export interface PostedList {
  /** As asked. */
  items: PostedView[]
}

export interface PostedView {
  /** ok, or the code of the error. */
  code: string
  /** The field the error blames. */
  field?: string
  /** Of the entry or hold. */
  id?: number
  /** When it was first posted. */
  at?: string
  /** Of the giving account, or accounts, right after it. */
  debit_balance?: number
  /** Of the receiving account, right after it. */
  credit_balance?: number
  /** It had been posted before; this is the first result. */
  again?: boolean
}

export interface ReverseNew {
  /** Key of the reversing entry. */
  key: string
}

export interface HoldNew {
  /** Your name for it; sent again, it has no second effect. */
  key: string
  /** Account that gives. With credit; or person instead of both. */
  debit?: number
  /** Account that receives. */
  credit?: number
  /** Who spends, from all their accounts. */
  person?: number
  /** With person; points when absent. */
  unit?: string
  /** Above zero. */
  amount: number
  /** Reason code. */
  reason: string
  /** When it is given back by itself; absent: never. */
  deadline?: string
}

export interface HoldPost {
  /** Of it, the rest is given back; all when absent. */
  amount?: number
}

export interface ReasonList {
  /** By unit and code. */
  items: ReasonView[]
}

export interface ReasonView {
  /** Code. */
  code: string
  /** Of what. */
  unit: string
  /** The budget that pays. */
  issuer: string
  /** Life after the month of posting; 0: for ever. */
  expires_months: number
  /** Name in Chinese. */
  zh: string
  /** Name in English. */
  en: string
  /** When it is used. */
  doc: string
}

export interface LedgerSummary {
  /** By unit. */
  units: UnitSummary[]
}

export interface UnitSummary {
  /** Unit. */
  unit: string
  /** Its Chinese name. */
  zh: string
  /** Its English name. */
  en: string
  /** Given out by budgets, reversals taken off. */
  posted: number
  /** Spent, refunds taken off. */
  used: number
  /** Expired. */
  expired: number
  /** What people hold: posted − used − expired (M72). */
  balance: number
  /** Promised to people. */
  pending: number
  /** What the unexpired is expected to cost (M73), in fen. */
  liability_fen: number
  /** Who gave. */
  budgets: BudgetView[]
}

export interface BudgetView {
  /** Its account. */
  account: number
  /** Its name. */
  name: string
  /** Given out, less what came back. */
  given: number
  /** Promised beyond that. */
  promised: number
  /** How much it may give in all; absent: not limited. */
  budget?: number
}

export interface SourceList {
  /** Newest first. */
  items: SourceView[]
}

export interface SourceView {
  /** Number; 0: what came without a key of its own. */
  source: number
  /** Name of its key. */
  name?: string
  /** What its events may set in motion. */
  effects?: string
  /** Its key is void. */
  revoked: boolean
  /** Events stored. */
  stored: number
  /** Events known already. */
  duplicate: number
  /** Events stored though they did not fit the plan. */
  warned: number
  /** Events quarantined. */
  quarantined: number
  /** Events refused. */
  refused: number
  /** Events that came more than an hour after they happened. */
  late: number
  /** Context fields that are not on the plan. */
  dropped: number
  /** How far its clocks are behind ours, the last 64 events or so; below zero: ahead. Absent: it does not say when it sends. */
  skew_ms?: number
  /** When the last one came. */
  last?: string
}

export interface QueryNew {
  /** A question to the timeline: docs/reference/questions.md. */
  question: unknown
}

export interface QueryAnswer {
  /** The answer; its members depend on what was asked. */
  answer: unknown
  /** Number of the last event it saw. */
  head: number
  /** Microseconds it took. */
  took_us: number
}

export interface NativeEvents {
  /** In any order. */
  events: NativeEvent[]
  /** The sender's clock when it sent this: corrects the times when that clock is wrong. */
  sent_at?: string
}

export interface NativeEvent {
  /** The sender's id of this message; sent again it is a duplicate. */
  id: string
  /** What happened: lead.captured, 预约试驾 … */
  kind: string
  /** When; now when absent. */
  time?: string
  /** Whose; at least one. */
  identities: NativeIdentities
  /** An object; personal data in it is sealed. */
  properties?: unknown
}

export interface NativeIdentities {
  /** Account in the brand's app: the login. */
  user_id?: string
  /** The brand's own customer number. */
  crm_id?: string
  /** Phone number; sealed. */
  phone?: string
  /** E-mail address; sealed. */
  email?: string
  /** WeChat unionid. */
  unionid?: string
  /** External contact of WeCom. */
  wecom_external_id?: string
  /** WeChat openid as appid:openid. */
  openid?: string
  /** User of a mini-program as its SDK names them. */
  mp_id?: string
  /** Device. */
  device_id?: string
  /** Vehicle; sealed. */
  vin?: string
  /** Somebody not yet known: a cookie. */
  anonymous_id?: string
}

export interface IngestReply {
  /** True: whatever was stored is on disk. */
  success: boolean
  /** Events stored. */
  stored: number
  /** Events that were known already. */
  duplicate: number
  /** Events not stored; each is listed with its reason. */
  refused: number
  /** Events kept aside until somebody mends and replays them; each is listed with its reason. */
  quarantined: number
  /** Events that were not stored, did not fit the plan, or set something in motion; plain ones are only counted. */
  events: IngestResult[]
}

export interface IngestResult {
  /** As sent; empty when none was. */
  message_id: string
  /** stored, duplicate, refused or quarantined. */
  verdict: "stored" | "duplicate" | "refused" | "quarantined"
  /** Why it was refused or quarantined, or what was wrong with it though it was stored: an error code. */
  code?: string
  /** The field to blame. */
  field?: string
  /** The same for people. */
  reason?: string
  /** Its number on the timeline. */
  event_no?: number
  /** What it set in motion. */
  effects?: RingView[]
}

export interface ItemsPage {
  /** All types. */
  types: ItemTypeView[]
  /** By id; deleted ones left out. */
  items: ItemView[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface ItemTypeView {
  /** Type. */
  type: string
  /** Items of it there ever were. */
  count: number
}

export interface ItemView {
  /** Its id. */
  id: string
  /** Its properties. */
  props: unknown
  /** When it was last said. */
  at: string
  /** Number of the event that said so. */
  event: number
}

export interface AuditPage {
  /** Newest first. */
  items: AuditLine[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface AuditLine {
  /** Its place in the chain, from 1 without gaps. */
  seq: number
  /** When. */
  at: string
  /** What kind of caller did it. */
  who: "nobody" | "key" | "staff" | "person" | "system"
  /** Which one. */
  who_id?: number
  /** What they are called now: staff and keys. */
  who_name?: string
  /** What was done. */
  verb: string
  /** To what kind of thing. */
  object: string
  /** To which one. */
  object_id?: number
  /** Details without personal data; absent: erased. */
  payload?: unknown
  /** The chain's value here, hexadecimal. Kept elsewhere, it proves the lines up to it. */
  chain: string
}

export interface RecordImportProgress {
  /** Id. */
  id: number
  /** Of what. */
  record: string
  /** When it was accepted. */
  at: string
  /** Rows in the file. */
  rows: number
  /** Rows written so far. */
  written: number
  /** Rows left out: their key or reference was taken or gone meanwhile. */
  refused: number
  /** Nothing is left to write. */
  done: boolean
  /** Rows that were new, or made a difference. */
  changed: number
}

export interface RecordListInfo {
  /** All of them, whoever may see them. */
  items: RecordInfo[]
}

export interface RecordInfo {
  /** Of audit and events. */
  name: string
  /** /api/v1/<path>. */
  path: string
  /** What people call it in Chinese. */
  zh: string
  /** The same in English. */
  en: string
  /** The field that tells one from another. */
  key: string
  /** Permission to see it. */
  read: string
  /** Permission to change it. */
  write: string
  /** The field that is its state. */
  state?: string
  /** The state in which it has a person, and no other; absent: it always has one, or never. */
  held?: string
  /** Moves its state may make. */
  moves: RecordMoveInfo[]
  /** In the order of a form. */
  fields: RecordFieldInfo[]
}

export interface RecordMoveInfo {
  /** State; absent: where one begins. */
  from?: string
  /** State it may come to. */
  to: string
}

export interface RecordFieldInfo {
  /** As it is sent. */
  name: string
  /** What people call it in Chinese. */
  zh: string
  /** The same in English. */
  en: string
  /** What it means. */
  doc: string
  /** money: fen. personal: shown masked, sent in full. record: id, see `ref`. */
  kind: "bool" | "number" | "money" | "text" | "date" | "time" | "choice" | "record" | "person" | "personal"
  /** It must be there. */
  required: boolean
  /** The list can be filtered by it. */
  filter: boolean
  /** The list can be sorted by it. */
  sort: boolean
  /** Of a text: its longest. */
  max?: number
  /** One. */
  example?: string
  /** Name of the record it is an id of. */
  ref?: string
  /** Of a choice: in their order. */
  choices?: RecordChoice[]
}

export interface RecordChoice {
  /** As it is sent. */
  value: string
  /** What people call it in Chinese. */
  zh: string
  /** The same in English. */
  en: string
}

export interface ImportTargetsView {
  /** What files can bring. */
  targets: ImportTargetView[]
  /** Kinds of identities. */
  identities: ImportIdentityView[]
}

export interface ImportTargetView {
  /** As mappings name it. */
  name: string
  /** In Chinese. */
  zh: string
  /** In English. */
  en: string
  /** Its rows name somebody, or may: columns can be identities. */
  person: boolean
  /** Its events may set something in motion. */
  effects: boolean
  /** They do so quietly at least: that is how the state comes about. */
  quiet: boolean
  /** Columns that are no field may be kept as properties. */
  further: boolean
  /** What its rows may say. */
  fields: ImportFieldView[]
}

export interface ImportFieldView {
  /** As mappings name it. */
  name: string
  /** In Chinese. */
  zh: string
  /** What it means. */
  doc: string
  /** A column or constant must give it. */
  required: boolean
  /** It is a time. */
  time: boolean
}

export interface ImportIdentityView {
  /** As mappings name it. */
  name: string
  /** In Chinese. */
  zh: string
  /** In English. */
  en: string
}

export interface ImportList {
  /** Newest first. */
  items: ImportView[]
}

export interface ImportView {
  /** Id. */
  id: number
  /** What the file is called. */
  name: string
  /** Where it stands. */
  state: "uploading" | "ready" | "waiting" | "running" | "done" | "failed" | "cancelled"
  /** The last run only checked. */
  dry_run: boolean
  /** What its rows become; empty before the first run. */
  target: string
  /** What its events may set in motion. */
  effects: "all" | "quiet" | "none" | "shadow"
  /** Length of the file. */
  bytes: number
  /** Parts that have come. */
  parts: number
  /** Length of every part but the last. */
  part_bytes: number
  /** Rows looked at: created + merged + refused. */
  rows: number
  /** Rows that made something. */
  created: number
  /** Rows that were there, or added to what was. */
  merged: number
  /** Rows left out; see errors.csv. */
  refused: number
  /** Bytes of the file read. */
  bytes_done: number
  /** Since the run began. */
  rows_per_s: number
  /** Seconds it will probably take yet; 0 when it does not run. */
  left_s: number
  /** An earlier import that had brought the same contents. */
  as_import?: number
  /** When it was made. */
  made: string
  /** When the last run began. */
  began?: string
  /** When it ended. */
  ended?: string
  /** Why it failed: an error code. */
  code?: string
  /** The same, in English. */
  detail?: string
  /** The sheet of reconciliation; empty in lists. */
  sums: ImportSumView[]
}

export interface ImportSumView {
  /** What is counted: points, delivered, effect … */
  measure: string
  /** Of which month or kind; may be empty. */
  period: string
  /** What the file said. */
  came: number
  /** What was written. */
  booked: number
}

export interface ImportFileNew {
  /** What the file is called. */
  name: string
  /** How long it is. */
  bytes: number
}

export interface ImportPreview {
  /** A guess: docs/reference/import.md. */
  mapping: unknown
  /** Of the file. */
  columns: string[]
  /** The first rows: a list of lists of texts, one per column, personal data masked. */
  sample: unknown
}

export interface ImportRun {
  /** Which column means what: docs/reference/import.md. */
  mapping: unknown
  /** true: check every row, write nothing. */
  dry_run?: boolean
  /** none when absent. shadow: rules are tried, nothing of what they do stays. With a dry run: what would be set in motion is counted. */
  effects?: "all" | "quiet" | "none" | "shadow"
}

export interface ImportRemovalView {
  /** Absent: it has not been asked for. */
  state?: "running" | "done"
  /** When it was asked for. */
  asked?: string
  /** When the last row was taken back. */
  done?: string
  /** Its events are out of the log too. */
  emptied: boolean
  /** What there is to take back. */
  made: ImportCount[]
  /** What became of it so far. */
  taken: ImportCount[]
}

export interface ImportCount {
  /** event, identity, person, entry (points), earned (by rules), staff, row (of somebody who stays), or a record's name. */
  kind: string
  /** made; then removed, or why kept: touched since, joined with somebody, spent, closed, used by another record, held, gone before. */
  outcome: string
  /** How many. */
  n: number
}

export interface ImportRemovalNew {
  /** The name of its file, once more: it cannot be undone. */
  name: string
}

export interface StorePage {
  /** In the order asked for. */
  items: StoreView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface StoreView {
  /** Id. */
  readonly id: number
  /** For If-Match, in quotes. */
  readonly version: number
  /** Its code, for life. */
  code: string
  /** What it is for. */
  kind: "house" | "space" | "delivery" | "service" | "popup" | "dealer"
  /** Whose it is. */
  owner: "direct" | "partner" | "dealer"
  /** City. */
  city: string
  /** Whether it receives people. */
  state: "planned" | "open" | "closed"
  /** Name shown to users. */
  name: string
  /** Where it stands. */
  address?: string | null
  /** The day it opened or will. */
  opened?: string | null
  /** People it can receive a day. */
  capacity?: number | null
  /** When it was added. */
  readonly created: string
  /** When it was last changed. */
  readonly changed: string
  /** Since when it is archived; absent: in use. */
  readonly archived?: string
}

export interface StoreNew {
  /** Its code, for life. */
  code: string
  /** What it is for. */
  kind: "house" | "space" | "delivery" | "service" | "popup" | "dealer"
  /** Whose it is. */
  owner: "direct" | "partner" | "dealer"
  /** City. */
  city: string
  /** Whether it receives people. */
  state: "planned" | "open" | "closed"
  /** Name shown to users. */
  name: string
  /** Where it stands. */
  address?: string | null
  /** The day it opened or will. */
  opened?: string | null
  /** People it can receive a day. */
  capacity?: number | null
}

export interface StoreChange {
  /** Its code, for life. */
  code?: string
  /** What it is for. */
  kind?: "house" | "space" | "delivery" | "service" | "popup" | "dealer"
  /** Whose it is. */
  owner?: "direct" | "partner" | "dealer"
  /** City. */
  city?: string
  /** Whether it receives people. */
  state?: "planned" | "open" | "closed"
  /** Name shown to users. */
  name?: string
  /** Where it stands. */
  address?: string | null
  /** The day it opened or will. */
  opened?: string | null
  /** People it can receive a day. */
  capacity?: number | null
}

export interface RecordImportView {
  /** checked: dry run, all good. refused: nothing written. written: done. running: accepted, see `import`. */
  state: "checked" | "refused" | "written" | "running"
  /** Rows in the file. */
  rows: number
  /** Rows with an error, counted all. */
  errors_total: number
  /** The first of them. */
  errors: RecordImportError[]
  /** Id of a running import. */
  import?: number
}

export interface RecordImportError {
  /** Line of the file on which the row begins, from 1. */
  line: number
  /** The field to blame. */
  field?: string
  /** Error code, as elsewhere. */
  code: string
  /** The same for people. */
  text: string
}

export interface CampaignPage {
  /** In the order asked for. */
  items: CampaignView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface CampaignView {
  /** Id. */
  readonly id: number
  /** For If-Match, in quotes. */
  readonly version: number
  /** Its code: what links and posters carry. */
  code: string
  /** Where it stands. */
  state: "planned" | "running" | "ended"
  /** What it is: its row of the matrix of offers. */
  kind?: "test_drive" | "gathering" | "tour" | "launch" | "co_creation" | "content" | null
  /** Id of the store it is for; absent: all. */
  store?: number | null
  /** Name. */
  name: string
  /** From when. */
  starts: string
  /** Until when. */
  ends: string
  /** Budget in fen. */
  budget_fen: number
  /** What it is to reach. */
  goal?: string | null
  /** Whether media is paid for. */
  paid?: boolean | null
  /** When it was added. */
  readonly created: string
  /** When it was last changed. */
  readonly changed: string
  /** Since when it is archived; absent: in use. */
  readonly archived?: string
}

export interface CampaignNew {
  /** Its code: what links and posters carry. */
  code: string
  /** Where it stands. */
  state: "planned" | "running" | "ended"
  /** What it is: its row of the matrix of offers. */
  kind?: "test_drive" | "gathering" | "tour" | "launch" | "co_creation" | "content" | null
  /** Id of the store it is for; absent: all. */
  store?: number | null
  /** Name. */
  name: string
  /** From when. */
  starts: string
  /** Until when. */
  ends: string
  /** Budget in fen. */
  budget_fen: number
  /** What it is to reach. */
  goal?: string | null
  /** Whether media is paid for. */
  paid?: boolean | null
}

export interface CampaignChange {
  /** Its code: what links and posters carry. */
  code?: string
  /** Where it stands. */
  state?: "planned" | "running" | "ended"
  /** What it is: its row of the matrix of offers. */
  kind?: "test_drive" | "gathering" | "tour" | "launch" | "co_creation" | "content" | null
  /** Id of the store it is for; absent: all. */
  store?: number | null
  /** Name. */
  name?: string
  /** From when. */
  starts?: string
  /** Until when. */
  ends?: string
  /** Budget in fen. */
  budget_fen?: number
  /** What it is to reach. */
  goal?: string | null
  /** Whether media is paid for. */
  paid?: boolean | null
}

export interface TagTypePage {
  /** In the order asked for. */
  items: TagTypeView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface TagTypeView {
  /** Id. */
  readonly id: number
  /** For If-Match, in quotes. */
  readonly version: number
  /** The tag itself, as rules and people carry it. */
  name: string
  /** audience: one of its family at a time; behaviour: from deeds, fades; fact: what is known of a person. */
  class: "audience" | "behaviour" | "fact"
  /** What it belongs with. */
  family: string
  /** Who looks after it. */
  owner: string
  /** Its English name. */
  en: string
  /** The family's English name. */
  family_en?: string | null
  /** The owner's English name. */
  owner_en?: string | null
  /** Grade in its family. */
  level: number
  /** How long it lasts; absent: for good. */
  days?: number | null
  /** The purpose of consent it needs: family, income … */
  purpose?: string | null
  /** Not to be shown in lists or exports. */
  sensitive: boolean
  /** When it is to be given. */
  note?: string | null
  /** The same in English. */
  note_en?: string | null
  /** Words in a conversation that speak for it, with 、 or commas between. */
  words?: string | null
  /** The same in English. */
  words_en?: string | null
  /** When it was added. */
  readonly created: string
  /** When it was last changed. */
  readonly changed: string
  /** Since when it is archived; absent: in use. */
  readonly archived?: string
}

export interface TagTypeNew {
  /** The tag itself, as rules and people carry it. */
  name: string
  /** audience: one of its family at a time; behaviour: from deeds, fades; fact: what is known of a person. */
  class: "audience" | "behaviour" | "fact"
  /** What it belongs with. */
  family: string
  /** Who looks after it. */
  owner: string
  /** Its English name. */
  en: string
  /** The family's English name. */
  family_en?: string | null
  /** The owner's English name. */
  owner_en?: string | null
  /** Grade in its family. */
  level: number
  /** How long it lasts; absent: for good. */
  days?: number | null
  /** The purpose of consent it needs: family, income … */
  purpose?: string | null
  /** Not to be shown in lists or exports. */
  sensitive: boolean
  /** When it is to be given. */
  note?: string | null
  /** The same in English. */
  note_en?: string | null
  /** Words in a conversation that speak for it, with 、 or commas between. */
  words?: string | null
  /** The same in English. */
  words_en?: string | null
}

export interface TagTypeChange {
  /** The tag itself, as rules and people carry it. */
  name?: string
  /** audience: one of its family at a time; behaviour: from deeds, fades; fact: what is known of a person. */
  class?: "audience" | "behaviour" | "fact"
  /** What it belongs with. */
  family?: string
  /** Who looks after it. */
  owner?: string
  /** Its English name. */
  en?: string
  /** The family's English name. */
  family_en?: string | null
  /** The owner's English name. */
  owner_en?: string | null
  /** Grade in its family. */
  level?: number
  /** How long it lasts; absent: for good. */
  days?: number | null
  /** The purpose of consent it needs: family, income … */
  purpose?: string | null
  /** Not to be shown in lists or exports. */
  sensitive?: boolean
  /** When it is to be given. */
  note?: string | null
  /** The same in English. */
  note_en?: string | null
  /** Words in a conversation that speak for it, with 、 or commas between. */
  words?: string | null
  /** The same in English. */
  words_en?: string | null
}

export interface OrderPage {
  /** In the order asked for. */
  items: OrderView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface OrderView {
  /** Id. */
  readonly id: number
  /** For If-Match, in quotes. */
  readonly version: number
  /** Its number in the order system, for life. */
  number: string
  /** Who orders: id of a person. */
  person?: number | null
  /** How far it is. */
  state: "reserved" | "ordered" | "delivered" | "cancelled"
  /** Model. */
  model: string
  /** Id of the store it belongs to. */
  store?: number | null
  /** Price in fen. */
  amount_fen?: number | null
  /** When the reserve was paid. */
  reserved?: string | null
  /** When the order became firm. */
  ordered?: string | null
  /** The day delivery is agreed for. */
  delivery_on?: string | null
  /** When the car was handed over. */
  delivered?: string | null
  /** When it was cancelled. */
  cancelled?: string | null
  /** Of the car. */
  vin?: string | null
  /** Bought by a fleet: out of the rates of persons. */
  fleet?: boolean | null
  /** When it was added. */
  readonly created: string
  /** When it was last changed. */
  readonly changed: string
  /** Since when it is archived; absent: in use. */
  readonly archived?: string
}

export interface OrderNew {
  /** Its number in the order system, for life. */
  number: string
  /** Who orders: id of a person. */
  person?: number | null
  /** How far it is. */
  state: "reserved" | "ordered" | "delivered" | "cancelled"
  /** Model. */
  model: string
  /** Id of the store it belongs to. */
  store?: number | null
  /** Price in fen. */
  amount_fen?: number | null
  /** When the reserve was paid. */
  reserved?: string | null
  /** When the order became firm. */
  ordered?: string | null
  /** The day delivery is agreed for. */
  delivery_on?: string | null
  /** When the car was handed over. */
  delivered?: string | null
  /** When it was cancelled. */
  cancelled?: string | null
  /** Of the car. */
  vin?: string | null
  /** Bought by a fleet: out of the rates of persons. */
  fleet?: boolean | null
  /** Instead of `person`: found by these, or made. At least one. */
  identities?: RecordIdentities
}

export interface RecordIdentities {
  /** Account in the brand's app. */
  user_id?: string
  /** The brand's own customer number. */
  crm_id?: string
  /** Phone. */
  phone?: string
  /** E-mail. */
  email?: string
  /** WeChat UnionID. */
  unionid?: string
  /** WeCom contact. */
  wecom_external_id?: string
  /** WeChat OpenID: appid:openid. */
  openid?: string
  /** VIN of a car of theirs. */
  vin?: string
}

export interface OrderChange {
  /** Its number in the order system, for life. */
  number?: string
  /** Who orders: id of a person. */
  person?: number | null
  /** How far it is. */
  state?: "reserved" | "ordered" | "delivered" | "cancelled"
  /** Model. */
  model?: string
  /** Id of the store it belongs to. */
  store?: number | null
  /** Price in fen. */
  amount_fen?: number | null
  /** When the reserve was paid. */
  reserved?: string | null
  /** When the order became firm. */
  ordered?: string | null
  /** The day delivery is agreed for. */
  delivery_on?: string | null
  /** When the car was handed over. */
  delivered?: string | null
  /** When it was cancelled. */
  cancelled?: string | null
  /** Of the car. */
  vin?: string | null
  /** Bought by a fleet: out of the rates of persons. */
  fleet?: boolean | null
  /** Instead of `person`: found by these, or made. At least one. */
  identities?: RecordIdentities
}

export interface TestDrivePage {
  /** In the order asked for. */
  items: TestDriveView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface TestDriveView {
  /** Id. */
  readonly id: number
  /** For If-Match, in quotes. */
  readonly version: number
  /** Its number where it was booked, for life. */
  number: string
  /** Who drives: id of a person. */
  person?: number | null
  /** What became of it. */
  state: "booked" | "completed" | "no_show" | "cancelled"
  /** Model. */
  model: string
  /** Id of the store it starts from. */
  store?: number | null
  /** When it is to begin. */
  slot: string
  /** When it was booked. */
  booked?: string | null
  /** When it was driven, missed or cancelled. */
  ended?: string | null
  /** When it was added. */
  readonly created: string
  /** When it was last changed. */
  readonly changed: string
  /** Since when it is archived; absent: in use. */
  readonly archived?: string
}

export interface TestDriveNew {
  /** Its number where it was booked, for life. */
  number: string
  /** Who drives: id of a person. */
  person?: number | null
  /** What became of it. */
  state: "booked" | "completed" | "no_show" | "cancelled"
  /** Model. */
  model: string
  /** Id of the store it starts from. */
  store?: number | null
  /** When it is to begin. */
  slot: string
  /** When it was booked. */
  booked?: string | null
  /** When it was driven, missed or cancelled. */
  ended?: string | null
  /** Instead of `person`: found by these, or made. At least one. */
  identities?: RecordIdentities
}

export interface TestDriveChange {
  /** Its number where it was booked, for life. */
  number?: string
  /** Who drives: id of a person. */
  person?: number | null
  /** What became of it. */
  state?: "booked" | "completed" | "no_show" | "cancelled"
  /** Model. */
  model?: string
  /** Id of the store it starts from. */
  store?: number | null
  /** When it is to begin. */
  slot?: string
  /** When it was booked. */
  booked?: string | null
  /** When it was driven, missed or cancelled. */
  ended?: string | null
  /** Instead of `person`: found by these, or made. At least one. */
  identities?: RecordIdentities
}

export interface VehiclePage {
  /** In the order asked for. */
  items: VehicleView[]
  /** How many match, counted up to 1,000. */
  total: number
  /** There are more than were counted. */
  more_than_total: boolean
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface VehicleView {
  /** Id. */
  readonly id: number
  /** For If-Match, in quotes. */
  readonly version: number
  /** Whose it is: id of a person; absent: nobody's yet, or not known any more. */
  person?: number | null
  /** Where in its life it is. */
  state: "stock" | "owned" | "resold" | "scrapped"
  /** Model. */
  model: string
  /** Its VIN, for life. */
  vin: string
  /** Its number plate. */
  plate?: string | null
  /** Colour. */
  colour?: string | null
  /** The day it was built. */
  built?: string | null
  /** Since when it is this owner's; of the last change otherwise. */
  since?: string | null
  /** When it was added. */
  readonly created: string
  /** When it was last changed. */
  readonly changed: string
  /** Since when it is archived; absent: in use. */
  readonly archived?: string
}

export interface VehicleNew {
  /** Whose it is: id of a person; absent: nobody's yet, or not known any more. */
  person?: number | null
  /** Where in its life it is. */
  state: "stock" | "owned" | "resold" | "scrapped"
  /** Model. */
  model: string
  /** Its VIN, for life. */
  vin: string
  /** Its number plate. */
  plate?: string | null
  /** Colour. */
  colour?: string | null
  /** The day it was built. */
  built?: string | null
  /** Since when it is this owner's; of the last change otherwise. */
  since?: string | null
  /** Instead of `person`: found by these, or made. At least one. */
  identities?: RecordIdentities
}

export interface VehicleChange {
  /** Whose it is: id of a person; absent: nobody's yet, or not known any more. */
  person?: number | null
  /** Where in its life it is. */
  state?: "stock" | "owned" | "resold" | "scrapped"
  /** Model. */
  model?: string
  /** Its VIN, for life. */
  vin?: string
  /** Its number plate. */
  plate?: string | null
  /** Colour. */
  colour?: string | null
  /** The day it was built. */
  built?: string | null
  /** Since when it is this owner's; of the last change otherwise. */
  since?: string | null
  /** Instead of `person`: found by these, or made. At least one. */
  identities?: RecordIdentities
}

export interface PrivacyPage {
  /** By when they are due. */
  items: PrivacyRequestView[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface PrivacyRequestView {
  /** Id. */
  id: number
  /** For If-Match. */
  version: number
  /** A copy of everything, or that everything is forgotten. */
  kind: "export" | "erase"
  /** asked · refused · granted: an export waits to be fetched, an erasure to leave the log · done · expired. */
  state: "asked" | "refused" | "granted" | "done" | "expired"
  /** Whose; nobody answers to it once erased. */
  person: number
  /** Why it was asked for; empty once erased. */
  reason: string
  /** Why it was decided so. */
  answer?: string
  /** When. */
  asked: string
  /** Who wrote it down. */
  asked_by: string
  /** To be decided by then: 15 working days. */
  due: string
  /** When it was. */
  decided?: string
  /** By whom. */
  decided_by?: string
  /** Granted exports: to be fetched before. Granted erasures: out of the log by then. */
  until?: string
  /** Exports: when it was fetched. Erasures: since when nothing is left in the log either. */
  done?: string
  /** Rows an erasure took at once. */
  erased_rows?: number
  /** Events that say nothing any more. */
  erased_events?: number
}

export interface PrivacyPerson {
  /** Newest first. */
  requests: PrivacyRequestView[]
  /** Newest first. */
  holds: PrivacyHoldView[]
  /** Events that would say nothing any more. */
  events: number
  /** Values of personal data that would be gone. */
  values: number
  /** Ids they would not be known by any more. */
  identities: number
  /** Tags, tasks, opportunities and the like that would be gone. */
  rows: number
  /** Open tasks among them. */
  tasks_open: number
  /** Points nobody could spend any more. */
  points: number
}

export interface PrivacyHoldView {
  /** Id. */
  id: number
  /** What forbids erasure. */
  reason: string
  /** Since when. */
  set: string
  /** By whom. */
  set_by: string
  /** Until when; absent: still. */
  ended?: string
}

export interface PrivacyNew {
  /** A copy, or erasure. */
  kind: "export" | "erase"
  /** How they asked: letter, phone, app. */
  reason: string
}

export interface PrivacyDecision {
  /** False: refused, with an answer. */
  grant: boolean
  /** Why; required when refused. */
  answer?: string
}

export interface PrivacyHoldNew {
  /** Dispute, recall, claim: what has to be kept for it. */
  reason: string
}

export interface CopyList {
  /** Copies beyond their time are deleted; false: only told of. */
  deletes: boolean
  /** Newest first, at most 200. */
  items: CopyView[]
}

export interface CopyView {
  /** Id. */
  id: number
  /** Of the row, for If-Match. */
  version: number
  /** Where it was put, on the machine that serves. */
  path: string
  /** The moment it is of. */
  made: string
  /** Its last event. */
  event_no: number
  /** kept: nobody was erased since, nor a value starred that was told later · due: somebody was, or one was · overdue: their time is over · deleted: by Lianyi · gone: somebody says so. */
  state: "kept" | "due" | "overdue" | "deleted" | "gone"
  /** Something stands at its path. If not, it may be elsewhere: only people can delete it there. */
  here: boolean
  /** To be deleted by then: 30 days after the first erasure or starring since. */
  due?: string
  /** Since when it is gone. */
  ended?: string
  /** Who said so. */
  ended_by?: string
}

export interface CopySetting {
  /** Whether copies beyond their time are deleted. */
  deletes: boolean
}

export interface CopySaid {
  /** True: every piece of it was deleted, wherever it was. */
  gone: boolean
}

export interface AutomobileView {
  /** More people than this, and what they tell is important data. */
  threshold: number
  /** When it was passed; absent: it was not. */
  since?: string
  /** The next annual report is due before; absent: none is. */
  report_due?: string
  /** In the order of their articles. */
  rules: AutomobileRule[]
}

export interface AutomobileRule {
  /** Its key. */
  key: string
  /** Of the rules. */
  article: number
  /** Who holds it: this platform, the brand and its cars, or both. */
  by: "lianyi" | "brand" | "both"
  /** In Chinese. */
  zh: string
  /** In English. */
  en: string
  /** The purpose under which its consent is recorded. */
  purpose?: string
  /** A text for that consent is stored. */
  text?: boolean
  /** Working days within which it is deleted when the person asks. */
  delete_days?: number
}

export interface TierViews {
  /** All ladders, in order. */
  items: TierView[]
}

export interface TierView {
  /** Short name. */
  key: string
  /** Name in Chinese. */
  zh: string
  /** Name in English. */
  en: string
  /** Nobody stands on it. */
  off: boolean
  /** Raised by every change. */
  version: number
  /** When it was last changed. */
  changed: string
  /** Whom it is for; absent: everybody. */
  who?: unknown
  /** The same as a Chinese sentence; empty: everybody. */
  who_zh: string
  /** The same in English. */
  who_en: string
  /** From the top. */
  levels: TierLevelView[]
  /** While everybody is gone through after a change: how far, 0 to 1. */
  progress?: number
  /** How many that has moved. */
  moved: number
}

export interface TierLevelView {
  /** Short name. */
  key: string
  /** Name in Chinese. */
  zh: string
  /** Name in English. */
  en: string
  /** Its condition; absent: all others. */
  condition?: unknown
  /** The condition as a Chinese sentence; empty: all others. */
  sentence_zh: string
  /** The same in English. */
  sentence_en: string
  /** People on it now. */
  people: number
  /** What whoever stands on it may have. */
  rights?: TierRight[]
  /** At most so many invitations in 30 days; absent: 4. */
  invites?: number
  /** After so many days without being spoken to `tier.touch_due` is told; absent: never. */
  touch_days?: number
}

export interface TierRight {
  /** What rules and programs call it: drive_first. */
  code: string
  /** Name in Chinese. */
  zh: string
  /** Name in English. */
  en: string
}

export interface TierMoves {
  /** Which ladder. */
  ladder: string
  /** Beginning of the window. */
  from: string
  /** Who stands elsewhere than at the beginning. */
  cells: TierCell[]
}

export interface TierCell {
  /** Level at the beginning; empty: none. */
  from: string
  /** Level now; empty: none. */
  to: string
  /** How many went from one to the other. */
  people: number
}

export interface TierVersions {
  /** Newest first. */
  items: TierVersionView[]
}

export interface TierVersionView {
  /** Its number. */
  version: number
  /** Since when. */
  at: string
  /** Who changed it; 0: the playbook. */
  staff: number
  /** Why. */
  reason: string
  /** The ladder as it was. */
  body: unknown
}

export interface PersonTiers {
  /** Ladders this person is or was on. */
  items: StandsOn[]
}

export interface StandsOn {
  /** Ladder. */
  ladder: string
  /** Its name in Chinese. */
  zh: string
  /** Its name in English. */
  en: string
  /** Level; empty: none. */
  level: string
  /** Its name in Chinese. */
  level_zh: string
  /** Its name in English. */
  level_en: string
  /** Since when; absent: never stood on it. */
  since?: string
  /** The condition that decided, in Chinese. */
  why_zh: string
  /** The same in English. */
  why_en: string
  /** What whoever stands on it may have. */
  rights?: TierRight[]
  /** At most so many invitations in 30 days; absent: 4. */
  invites?: number
  /** After so many days without being spoken to `tier.touch_due` is told; absent: never. */
  touch_days?: number
  /** When somebody last spoke with them: a note, a task that reached them, a test drive. */
  spoken?: string
  /** When `tier.touch_due` is told next. */
  touch_due?: string
  /** What the levels above ask that is not so. */
  lacking: TierLack[]
  /** Newest first. */
  moves: TierMoveView[]
}

export interface TierLack {
  /** A level above. */
  level: string
  /** What is lacking for it, in Chinese. */
  zh: string
  /** The same in English. */
  en: string
}

export interface TierMoveView {
  /** Level come to; empty: left the ladder. */
  level: string
  /** When. */
  at: string
  /** Version of the ladder that said so. */
  version: number
  /** The condition that decided, in Chinese. */
  why_zh: string
  /** The same in English. */
  why_en: string
  /** Number of the event after which it was so; 0: the ladder or its people changed. */
  cause: number
  /** Number of the event tier.moved. */
  event: number
}

export interface TierNew {
  /** The ladder. */
  ladder: TierBody
  /** The version it was made from; 0: a new ladder. */
  version: number
  /** Why: kept with the version. */
  reason: string
}

export interface TierBody {
  /** The ladder's short name, e.g. prospect. */
  key: string
  /** Name in Chinese. */
  zh: string
  /** Name in English. */
  en: string
  /** Nobody stands on it. */
  off?: boolean
  /** Whom it is for, a condition of rules; absent: everybody. */
  who?: unknown
  /** From the top: the first whose condition holds is a person's. */
  levels: TierLevelBody[]
}

export interface TierLevelBody {
  /** Its short name, e.g. A. */
  key: string
  /** Name in Chinese. */
  zh: string
  /** Name in English. */
  en: string
  /** A condition of rules; absent (the last level only): all others. */
  condition?: unknown
  /** What whoever stands on it may have. */
  rights?: TierRight[]
  /** At most so many invitations in 30 days; absent: 4. */
  invites?: number
  /** After so many days without being spoken to `tier.touch_due` is told; absent: never. */
  touch_days?: number
}

export interface TierPreview {
  /** From the top, last: on none. */
  levels: TierPreviewLevel[]
  /** People looked at. */
  looked_at: number
  /** People there are. */
  people: number
  /** All were looked at. Otherwise evenly chosen ones: counts are of them alone. */
  exact: boolean
  /** Of those looked at, how many would change their level. */
  moves: number
}

export interface TierPreviewLevel {
  /** Level; empty: on none. */
  key: string
  /** How many would be on it. */
  people: number
  /** Of those looked at, how many are on it now. */
  now: number
  /** How many would come to it from elsewhere. */
  come: number
}

export interface OfferMatrix {
  /** All kinds, then campaigns that have not ended. */
  items: OfferRow[]
}

export interface OfferRow {
  /** kind:<kind> or campaign:<id>. */
  activity: string
  /** What it is called in Chinese. */
  zh: string
  /** In English; a campaign has one name. */
  en: string
  /** Of a campaign: its kind. */
  kind?: string
  /** Raised by every change; 0: it has no row of its own. */
  version: number
  /** What was decided. */
  cells: OfferCell[]
}

export interface OfferCell {
  /** tier:<ladder>:<level> or tag:<tag>. */
  target: string
  /** Offered to them; false: not, whatever else holds. */
  offered: boolean
}

export interface PersonOffers {
  /** Campaigns that have not ended, soonest first. */
  items: OfferView[]
  /** Invitations of the last 30 days; 4 are the most. */
  recent: number
}

export interface OfferView {
  /** Its id. */
  campaign: number
  /** Its code. */
  code: string
  /** Its name. */
  name: string
  /** From when. */
  starts: string
  /** The matrix offers it, and they have not been invited. */
  may: boolean
  /** Why not: matrix:no, matrix:nobody, matrix:none, invited, often. */
  why?: string
  /** The level or tag that decided. */
  target?: string
  /** Channels they may be reached by, consent given. */
  channels: string[]
  /** When they were invited. */
  invited?: string
}

export interface InvitationPage {
  /** Newest first. */
  items: InvitationView[]
  /** How many were invited. */
  total: number
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface InvitationView {
  /** Who that is now. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** How. */
  channel: "call" | "sms" | "wecom" | "push"
  /** When. */
  at: string
  /** Who invited; 0: a rule. */
  staff: number
  /** Key of the rule. */
  rule?: string
  /** The level or tag it was offered to. */
  target?: string
  /** Number of the event campaign.invited. */
  event: number
}

export interface OfferNew {
  /** kind:<kind> or campaign:<id>. */
  activity: string
  /** The version it was made from. */
  version: number
  /** All of them. None: the row is gone. */
  cells: OfferCell[]
}

export interface InviteNew {
  /** Ids of people. */
  people: number[]
  /** How they are to be reached. */
  channel: "call" | "sms" | "wecom" | "push"
  /** Only say who would be invited. */
  dry_run?: boolean
}

export interface InviteDone {
  /** Nobody was invited. */
  dry_run: boolean
  /** How many were, or would be. */
  invited: number
  /** One by one, as asked. */
  items: InviteOutcome[]
}

export interface InviteOutcome {
  /** Id as it was asked for. */
  person: number
  /** Name; absent when unknown. */
  name?: string
  /** Why not; absent: invited. */
  why?: string
  /** The level or tag that decided. */
  target?: string
}

export type ErrorCode = 'account_closed' | 'account_unknown' | 'already_reversed' | 'amount_invalid' | 'bad_request' | 'balance_too_low' | 'body_required' | 'body_too_large' | 'conflict' | 'csrf' | 'cursor_invalid' | 'entry_mismatch' | 'exists' | 'field_duplicate' | 'field_null' | 'field_required' | 'field_too_large' | 'field_too_long' | 'field_too_many' | 'field_too_short' | 'field_too_small' | 'field_type' | 'field_unknown' | 'field_utf8' | 'field_value' | 'forbidden' | 'gzip_invalid' | 'hold_closed' | 'idempotency_done' | 'idempotency_key_invalid' | 'idempotency_key_required' | 'idempotency_mismatch' | 'json_invalid' | 'json_too_deep' | 'key_invalid' | 'limit_reached' | 'login_failed' | 'media_type' | 'not_found' | 'overloaded' | 'rate_limited' | 'reason_unknown' | 'session_expired' | 'transition' | 'unauthenticated' | 'undeclared' | 'units_differ' | 'version_required' | 'version_stale'

/** What the server refused, and why: decide by `code`, show `message`. */
export class ApiProblem extends Error {
  constructor(readonly status: number, readonly code: ErrorCode | 'offline' | 'unreadable', message: string, readonly field?: string,
    readonly retry = false, readonly retryAfter?: number, readonly requestId?: string) { super(message) }
}

export interface More { signal?: AbortSignal; key?: string }
/** `type`: of a body that is no JSON and is sent as it is. */
export interface Ask extends More { query?: object; body?: unknown; type?: string; version?: number; keyed?: boolean }
export type Send = <T>(method: string, path: string, ask: Ask) => Promise<T>

/** 128 random bits. (crypto.randomUUID needs https.) */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')

export function queryString(query: object = {}): string {
  const q = new URLSearchParams()
  for (const [name, v] of Object.entries(query)) if (v !== undefined && v !== null) q.set(name, Array.isArray(v) ? v.join(',') : String(v))
  const s = q.toString()
  return s && '?' + s
}

/** The plain transport: fetch, the browser's session or a key. */
export function fetchSend(base = '', options: { key?: string; language?: string } = {}): Send {
  return async <T>(method: string, path: string, ask: Ask): Promise<T> => {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (options.key) headers.Authorization = 'Bearer ' + options.key
    if (options.language) headers['Accept-Language'] = options.language
    if (ask.body !== undefined) headers['Content-Type'] = ask.type ?? 'application/json'
    if (ask.version !== undefined) headers['If-Match'] = '"' + ask.version + '"'
    if (ask.keyed) headers['Idempotency-Key'] = ask.key ?? newKey()
    let r: Response
    try {
      r = await fetch(base + path + queryString(ask.query), {
        method, headers, signal: ask.signal ?? null, credentials: 'same-origin', ...(ask.body === undefined ? {} : { body: ask.type ? (ask.body as BodyInit) : JSON.stringify(ask.body) }),
      })
    } catch (e) {
      if (ask.signal?.aborted) throw e
      throw new ApiProblem(0, 'offline', String(e), undefined, true)
    }
    const text = await r.text()
    const json = /json/.test(r.headers.get('content-type') ?? '')
    let data: unknown = text
    try { if (json) data = JSON.parse(text) } catch { throw new ApiProblem(r.status, 'unreadable', 'unreadable answer') }
    if (r.ok) return (r.status === 204 ? undefined : data) as T
    const p = (json ? data : {}) as Partial<Problem>
    throw new ApiProblem(r.status, (p.code as ErrorCode) ?? 'unreadable', p.detail ?? p.title ?? String(r.status), p.field, p.retry ?? false,
      Number(r.headers.get('retry-after')) || undefined, p.request_id)
  }
}

export function client(send: Send) {
  return {
    plan: {
      /** The registry of event kinds: declared and learned, with how often each came. (timeline.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_plan_kinds: (more: More = {}) => send<PlanKindList>('GET', `/api/v1/plan/kinds`, { ...more }),
      /** Declare a kind, or change its declaration; If-Match: its version, 0 when it has none. (plan.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, limit_reached, undeclared. */
      put_plan_kinds: (body: PlanKindBody, version: number, more: More = {}) => send<PlanPutView>('PUT', `/api/v1/plan/kinds`, { body, version, ...more }),
      /** One kind: its declaration, every property seen with it, masked examples of recent events, and its sources. (timeline.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_plan_kind: (query: { name: string }, more: More = {}) => send<PlanKindView>('GET', `/api/v1/plan/kind`, { query, ...more }),
      /** Every version a kind's declaration had. (timeline.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_plan_versions: (query: { name: string }, more: More = {}) => send<PlanVersionList>('GET', `/api/v1/plan/versions`, { query, ...more }),
      /** The whole plan as JSON, as import and the playbook take it. (timeline.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_plan: (more: More = {}) => send<string>('GET', `/api/v1/plan`, { ...more }),
      /** Load declarations and context fields; kinds that are not in it stay as they are. (plan.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_plan: (body: PlanImport, more: More = {}) => send<PlanTallyView>('POST', `/api/v1/plan`, { body, keyed: true, ...more }),
      /** Context fields of events that are kept. (timeline.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_plan_context: (more: More = {}) => send<PlanContextList>('GET', `/api/v1/plan/context`, { ...more }),
      /** Keep these context fields from now on; the others are counted and dropped. (plan.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      put_plan_context: (body: PlanContextList, more: More = {}) => send<PlanContextList>('PUT', `/api/v1/plan/context`, { body, ...more }),
    },
    quarantine: {
      /** Events kept aside, newest first, each with its reason. (timeline.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_quarantine: (query: { state?: "waiting" | "ready" | "replayed" | "discarded"; kind?: string; source?: number; code?: string; field?: string; person?: number; before?: number; limit?: number } = {}, more: More = {}) => send<QuarantinePage>('GET', `/api/v1/quarantine`, { query, ...more }),
      /** What waits, by kind and reason. (timeline.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_quarantine_groups: (more: More = {}) => send<QuarantineGroups>('GET', `/api/v1/quarantine/groups`, { ...more }),
      /** One event with its properties; personal ones stay sealed. (timeline.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_quarantine_by_id: (id: number, more: More = {}) => send<QuarantineView>('GET', `/api/v1/quarantine/${encodeURIComponent(id)}`, { ...more }),
      /** Mend an event that waits: another kind, other names, other values. (plan.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      patch_quarantine_by_id: (id: number, body: QuarantinePatch, version: number, more: More = {}) => send<QuarantineView>('PATCH', `/api/v1/quarantine/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Replay by the ordinary way, each once: named ones at once, others in the background. (plan.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_quarantine_replay: (body: QuarantineChoice, more: More = {}) => send<QuarantineDone>('POST', `/api/v1/quarantine/replay`, { body, keyed: true, ...more }),
      /** Throw away what waits; at most 500 at a time. (plan.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_quarantine_discard: (body: QuarantineChoice, more: More = {}) => send<QuarantineDone>('POST', `/api/v1/quarantine/discard`, { body, keyed: true, ...more }),
    },
    rule: {
      /** What rules in shadow, and rules for sources in shadow, would have done. (rule.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_shadow: (query: { rule?: number; source?: number; person?: number; before?: number; limit?: number } = {}, more: More = {}) => send<ShadowPage>('GET', `/api/v1/shadow`, { query, ...more }),
      /** Forget what a rule would have done, and begin anew. (rule.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      delete_rules_by_id_shadow: (id: number, more: More = {}) => send<void>('DELETE', `/api/v1/rules/${encodeURIComponent(id)}/shadow`, { ...more }),
      /** All rules in the order they run, each with its sentence. (rule.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_rules: (more: More = {}) => send<RuleList>('GET', `/api/v1/rules`, { ...more }),
      /** A rule of one's own; it runs after all others. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_rules: (body: RuleNew, more: More = {}) => send<RuleView>('POST', `/api/v1/rules`, { body, keyed: true, ...more }),
      /** Switch a rule on, off, or to shadow. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      patch_rules_by_id: (id: number, body: RulePatch, version: number, more: More = {}) => send<RuleView>('PATCH', `/api/v1/rules/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** One rule. (rule.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_rules_by_id: (id: number, more: More = {}) => send<RuleView>('GET', `/api/v1/rules/${encodeURIComponent(id)}`, { ...more }),
      /** Write a rule anew, or put it back to the playbook; what it would have done so far is forgotten. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, version_required, version_stale, limit_reached, undeclared. */
      put_rules_by_id: (id: number, body: RuleEdit, version: number, more: More = {}) => send<RuleView>('PUT', `/api/v1/rules/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Effects that failed or were cut, newest first. (rule.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_rules_failures: (query: { limit?: number; before?: number } = {}, more: More = {}) => send<RuleFailures>('GET', `/api/v1/rules/failures`, { query, ...more }),
      /** Is this a rule, and what does it say? Nothing is kept. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      post_rules_check: (body: RuleDraft, more: More = {}) => send<RuleChecked>('POST', `/api/v1/rules/check`, { body, ...more }),
      /** What a rule said and when, by whom; and what the playbook says. (rule.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_rules_by_id_versions: (id: number, more: More = {}) => send<RuleVersions>('GET', `/api/v1/rules/${encodeURIComponent(id)}/versions`, { ...more }),
    },
    system: {
      /** The process answers. (public) Errors: bad_request, rate_limited, overloaded, undeclared. */
      get_healthz: (more: More = {}) => send<Health>('GET', `/healthz`, { ...more }),
      /** The process answers, reads its database and takes work. (public) Errors: bad_request, rate_limited, overloaded, undeclared. */
      get_readyz: (more: More = {}) => send<Health>('GET', `/readyz`, { ...more }),
      /** Operating metrics for Prometheus. (metrics) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_metrics: (more: More = {}) => send<string>('GET', `/metrics`, { ...more }),
      /** This description. (public) Errors: bad_request, rate_limited, overloaded, undeclared. */
      get_openapi_json: (more: More = {}) => send<string>('GET', `/openapi.json`, { ...more }),
    },
    admin: {
      /** Log in; sets the session cookie. (public) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, login_failed, csrf, rate_limited, overloaded, undeclared. */
      post_session: (body: SessionNew, more: More = {}) => send<SessionView>('POST', `/api/v1/session`, { body, ...more }),
      /** Who is logged in, and what they may do. (self) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_session: (more: More = {}) => send<SessionView>('GET', `/api/v1/session`, { ...more }),
      /** Log out. (self) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      delete_session: (more: More = {}) => send<void>('DELETE', `/api/v1/session`, { ...more }),
      /** All staff, closed accounts too. (task.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_staff: (more: More = {}) => send<StaffList>('GET', `/api/v1/staff`, { ...more }),
      /** Add a member of staff. (admin) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_staff: (body: StaffNew, more: More = {}) => send<StaffView>('POST', `/api/v1/staff`, { body, keyed: true, ...more }),
      /** One member of staff; the ETag is their version. (task.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_staff_by_id: (id: number, more: More = {}) => send<StaffView>('GET', `/api/v1/staff/${encodeURIComponent(id)}`, { ...more }),
      /** Change name, role or state; a new role ends their sessions. (admin) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, version_required, version_stale, undeclared. */
      patch_staff_by_id: (id: number, body: StaffChange, version: number, more: More = {}) => send<StaffView>('PATCH', `/api/v1/staff/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Set a password: one's own with the old one, others' as admin. Ends all sessions but this. (self) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, login_failed, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      post_staff_by_id_password: (id: number, body: PasswordChange, more: More = {}) => send<void>('POST', `/api/v1/staff/${encodeURIComponent(id)}/password`, { body, ...more }),
      /** All API keys, without the keys themselves. (admin) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_keys: (more: More = {}) => send<KeyList>('GET', `/api/v1/keys`, { ...more }),
      /** Make an API key. (admin) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, limit_reached, undeclared. */
      post_keys: (body: KeyNew, more: More = {}) => send<KeyMade>('POST', `/api/v1/keys`, { body, ...more }),
      /** Revoke an API key, at once and for ever. (admin) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      delete_keys_by_id: (id: number, more: More = {}) => send<void>('DELETE', `/api/v1/keys/${encodeURIComponent(id)}`, { ...more }),
      /** Permissions, and which roles and key scopes hold them. (self) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_permissions: (more: More = {}) => send<PermissionList>('GET', `/api/v1/permissions`, { ...more }),
    },
    people: {
      /** People, last seen first; or found by personal data (people.find, audited) or an id. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people: (query: { stage?: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"; band?: "visitor" | "fan" | "prospect" | "owner_to_be" | "owner"; tag?: string; tier?: string; q?: string; cursor?: string; limit?: number } = {}, more: More = {}) => send<PeoplePage>('GET', `/api/v1/people`, { query, ...more }),
      /** What people are called, for rows that know only their ids. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_names: (query: { ids: number[] }, more: More = {}) => send<PeopleNames>('GET', `/api/v1/people/names`, { query, ...more }),
      /** Everything known about one person; personal data masked. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id: (id: number, more: More = {}) => send<PersonView>('GET', `/api/v1/people/${encodeURIComponent(id)}`, { ...more }),
      /** What a person did and what happened to them, newest first, with what each event set in motion. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_timeline: (id: number, query: { cursor?: string; limit?: number } = {}, more: More = {}) => send<TimelinePage>('GET', `/api/v1/people/${encodeURIComponent(id)}/timeline`, { query, ...more }),
      /** What is known of a person under names, now or as it was; what arrived later can be left out. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_traits: (id: number, query: { as_of?: string; known_at?: string } = {}, more: More = {}) => send<TraitsView>('GET', `/api/v1/people/${encodeURIComponent(id)}/traits`, { query, ...more }),
      /** One trait's values, since when and from whom, newest first. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_traits_by_name: (id: number, name: string, more: More = {}) => send<TraitHistory>('GET', `/api/v1/people/${encodeURIComponent(id)}/traits/${encodeURIComponent(name)}`, { ...more }),
      /** Show personal data in full, once, with a reason; audited. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      post_people_by_id_reveal: (id: number, body: RevealNew, more: More = {}) => send<Revealed>('POST', `/api/v1/people/${encodeURIComponent(id)}/reveal`, { body, ...more }),
      /** The seven stages: who stands there, who came, how many came on, how long they stayed; on request of each source, city or model. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_funnel: (query: { days?: number; by?: "source" | "city" | "model" } = {}, more: More = {}) => send<FunnelView>('GET', `/api/v1/funnel`, { query, ...more }),
      /** Opportunities that were lost or fell idle: at which stage, for which reason, whose. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_funnel_dropped: (query: { days?: number; stage?: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"; state?: "lost" | "idle"; reason?: string; cursor?: string } = {}, more: More = {}) => send<DroppedView>('GET', `/api/v1/funnel/dropped`, { query, ...more }),
      /** Of each stage from lead to order: how many came further with a deed of the brand's and without, and who waits for it. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_funnel_next: (query: { days?: number } = {}, more: More = {}) => send<NextView>('GET', `/api/v1/funnel/next`, { query, ...more }),
      /** Who stands at a stage and has not had it since they came there. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_funnel_next_people: (query: { stage: "visitor" | "follow" | "lead" | "trial" | "reserve" | "order" | "owner" | "advocate"; action: "contact" | "note" | "invite" | "drive"; cursor?: string; limit?: number }, more: More = {}) => send<PeoplePage>('GET', `/api/v1/funnel/next/people`, { query, ...more }),
      /** Who a set of people is, against others: shares, lift, intervals. Walks all people. (timeline.read) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      post_portrait: (body: PortraitNew, more: More = {}) => send<PortraitView>('POST', `/api/v1/portrait`, { body, ...more }),
      /** The newest model of who becomes an owner: what it weighs, and how well it says it. (timeline.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_propensity: (more: More = {}) => send<PropensityView>('GET', `/api/v1/propensity`, { ...more }),
      /** Make a new model from the leads that are old enough. Walks all people. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_propensity: (body: PropensityNew, more: More = {}) => send<PropensityView>('POST', `/api/v1/propensity`, { body, keyed: true, ...more }),
      /** Open prospects, best first, each with its reasons. Walks all people. (timeline.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_propensity_prospects: (query: { limit?: number } = {}, more: More = {}) => send<PropensityList>('GET', `/api/v1/propensity/prospects`, { query, ...more }),
      /** A person's score and its reasons, worked out now. (timeline.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_people_by_id_propensity: (id: number, more: More = {}) => send<PropensityPerson>('GET', `/api/v1/people/${encodeURIComponent(id)}/propensity`, { ...more }),
    },
    merges: {
      /** Joins and splits a steward is to decide, with both sides. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_merges_doubts: (query: { state?: "open" | "done" | "refused" | "overtaken"; cursor?: string; limit?: number } = {}, more: More = {}) => send<DoubtPage>('GET', `/api/v1/merges/doubts`, { query, ...more }),
      /** Values that join nobody: placeholders, and what too many share. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_merges_blocked: (query: { state?: "blocked" | "released"; cursor?: string } = {}, more: More = {}) => send<BlockedPage>('GET', `/api/v1/merges/blocked`, { query, ...more }),
      /** How far a job of many joins or splits is. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_merges_jobs_by_id: (id: number, more: More = {}) => send<MergeJobView>('GET', `/api/v1/merges/jobs/${encodeURIComponent(id)}`, { ...more }),
      /** A person's identities with their time, and what made them one. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_merges: (id: number, more: More = {}) => send<MergesView>('GET', `/api/v1/people/${encodeURIComponent(id)}/merges`, { ...more }),
      /** Accept; with high-value people the first of two signatures. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_merges_doubts_by_id_accept: (id: number, body: MergeNote, more: More = {}) => send<Decision>('POST', `/api/v1/merges/doubts/${encodeURIComponent(id)}/accept`, { body, keyed: true, ...more }),
      /** Refuse: the same evidence never joins them again. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_merges_doubts_by_id_refuse: (id: number, body: MergeNote, more: More = {}) => send<Decision>('POST', `/api/v1/merges/doubts/${encodeURIComponent(id)}/refuse`, { body, keyed: true, ...more }),
      /** Take back what made two one: everybody gets back what is theirs. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_merges_by_id_split: (id: number, body: MergeNote, more: More = {}) => send<Decision>('POST', `/api/v1/merges/${encodeURIComponent(id)}/split`, { body, keyed: true, ...more }),
      /** Say that two people are one. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_merge: (id: number, body: MergeNew, more: More = {}) => send<Decision>('POST', `/api/v1/people/${encodeURIComponent(id)}/merge`, { body, keyed: true, ...more }),
      /** From a moment on an identity is somebody else's: a number handed on, a car sold. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_identities_by_subject_end: (id: number, subject: number, body: IdentityEnd, more: More = {}) => send<IdentityEnded>('POST', `/api/v1/people/${encodeURIComponent(id)}/identities/${encodeURIComponent(subject)}/end`, { body, keyed: true, ...more }),
      /** Join many who are one; high-value people are left to two stewards. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_merges_jobs: (body: MergeJobNew, more: More = {}) => send<MergeJobView>('POST', `/api/v1/merges/jobs`, { body, keyed: true, ...more }),
      /** Take back all that a job joined. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_merges_jobs_by_id_undo: (id: number, body: MergeNote, more: More = {}) => send<MergeJobView>('POST', `/api/v1/merges/jobs/${encodeURIComponent(id)}/undo`, { body, keyed: true, ...more }),
      /** Release a value, or block it again. (people.merge) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      put_merges_blocked_by_id: (id: number, body: BlockedPut, more: More = {}) => send<void>('PUT', `/api/v1/merges/blocked/${encodeURIComponent(id)}`, { body, ...more }),
    },
    profile: {
      /** How many people are of which class now. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_classes: (more: More = {}) => send<ClassesView>('GET', `/api/v1/classes`, { ...more }),
      /** Who is of a class. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_classes_people: (query: { axis: "behaviour" | "type" | "path"; class: string; cursor?: string; limit?: number }, more: More = {}) => send<PeoplePage>('GET', `/api/v1/classes/people`, { query, ...more }),
      /** Who moved from which class to which between two days. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_classes_matrix: (query: { axis?: "behaviour" | "type" | "path"; from?: string; to?: string } = {}, more: More = {}) => send<MatrixView>('GET', `/api/v1/classes/matrix`, { query, ...more }),
      /** A person's tags with what they stand on. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_tags: (id: number, more: More = {}) => send<HeldTags>('GET', `/api/v1/people/${encodeURIComponent(id)}/tags`, { ...more }),
      /** Give a tag of the library, with a reason. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_tags: (id: number, body: TagNew, more: More = {}) => send<TagDone>('POST', `/api/v1/people/${encodeURIComponent(id)}/tags`, { body, keyed: true, ...more }),
      /** What was said in conversations, newest first. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_notes: (id: number, more: More = {}) => send<NoteList>('GET', `/api/v1/people/${encodeURIComponent(id)}/notes`, { ...more }),
      /** Note what was said. Numbers, names and the like in it are starred. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_notes: (id: number, body: NoteNew, more: More = {}) => send<NoteView>('POST', `/api/v1/people/${encodeURIComponent(id)}/notes`, { body, keyed: true, ...more }),
      /** Tags that notes and a person's own words in recent events speak for. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_tags_suggestions: (id: number, more: More = {}) => send<TagSuggestions>('GET', `/api/v1/people/${encodeURIComponent(id)}/tags/suggestions`, { ...more }),
      /** How many have each tag of the library, and how stale that is. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tags_coverage: (more: More = {}) => send<TagCoverage>('GET', `/api/v1/tags/coverage`, { ...more }),
      /** Take a tag away, with a reason. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_tags_remove: (id: number, body: TagGone, more: More = {}) => send<TagDone>('POST', `/api/v1/people/${encodeURIComponent(id)}/tags/remove`, { body, keyed: true, ...more }),
      /** Give a tag to a list of people; dry_run says first what would happen. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_tags_apply: (body: TagApply, more: More = {}) => send<TagApplied>('POST', `/api/v1/tags/apply`, { body, keyed: true, ...more }),
      /** What a person agreed to, and every word they said. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_consents: (id: number, more: More = {}) => send<PersonConsents>('GET', `/api/v1/people/${encodeURIComponent(id)}/consents`, { ...more }),
      /** Record a consent given or withdrawn, with its text and where it was said. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_consents: (id: number, body: ConsentSay, more: More = {}) => send<DeedDone>('POST', `/api/v1/people/${encodeURIComponent(id)}/consents`, { body, keyed: true, ...more }),
      /** What people are asked to agree to. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_consent_purposes: (more: More = {}) => send<PurposeRows>('GET', `/api/v1/consent-purposes`, { ...more }),
      /** Add a purpose. (admin) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_consent_purposes: (body: PurposeNew, more: More = {}) => send<PurposeView>('POST', `/api/v1/consent-purposes`, { body, keyed: true, ...more }),
      /** Another name for a purpose the brand added, or that it reaches people. (admin) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, undeclared. */
      patch_consent_purposes_by_key: (key: string, body: PurposeChange, more: More = {}) => send<PurposeView>('PATCH', `/api/v1/consent-purposes/${encodeURIComponent(key)}`, { body, ...more }),
      /** The texts of consents, each version word for word. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_consent_texts: (query: { purpose?: string } = {}, more: More = {}) => send<ConsentTexts>('GET', `/api/v1/consent-texts`, { query, ...more }),
      /** Store a text under a version; it can never be changed. (admin) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_consent_texts: (body: ConsentTextNew, more: More = {}) => send<ConsentText>('POST', `/api/v1/consent-texts`, { body, keyed: true, ...more }),
      /** A person's classes, vehicles with their periods, claims, household. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_profile: (id: number, more: More = {}) => send<PersonVehicles>('GET', `/api/v1/people/${encodeURIComponent(id)}/profile`, { ...more }),
      /** Join the household of somebody, leaving one's own. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_people_by_id_household: (id: number, body: HouseholdNew, more: More = {}) => send<DeedDone>('POST', `/api/v1/people/${encodeURIComponent(id)}/household`, { body, keyed: true, ...more }),
      /** Leave one's household. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_household_leave: (id: number, body: ReasonOnly, more: More = {}) => send<DeedDone>('POST', `/api/v1/people/${encodeURIComponent(id)}/household/leave`, { body, keyed: true, ...more }),
      /** Claim a VIN for a person: approved at once when a delivery proves it, else it waits for staff. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_claims: (id: number, body: ClaimNew, more: More = {}) => send<ClaimView>('POST', `/api/v1/people/${encodeURIComponent(id)}/claims`, { body, keyed: true, ...more }),
      /** Claims to be the owner, those that wait first. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_claims: (query: { state?: "waiting" | "approved" | "refused" | "revoked"; cursor?: string; limit?: number } = {}, more: More = {}) => send<ClaimPage>('GET', `/api/v1/claims`, { query, ...more }),
      /** Approve, refuse or revoke. Approved, they are the registered owner. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_claims_by_id_decide: (id: number, body: ClaimDecideNew, more: More = {}) => send<ClaimView>('POST', `/api/v1/claims/${encodeURIComponent(id)}/decide`, { body, keyed: true, ...more }),
      /** Who owned a vehicle from when to when, and who belongs to it. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_ownerships_by_vehicle: (vehicle: string, more: More = {}) => send<OwnershipView>('GET', `/api/v1/ownerships/${encodeURIComponent(vehicle)}`, { ...more }),
      /** Payer, main user (one at a time) or authorised user (up to five). (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_ownerships_by_vehicle_roles: (vehicle: string, body: RoleNew, more: More = {}) => send<DeedDone>('POST', `/api/v1/ownerships/${encodeURIComponent(vehicle)}/roles`, { body, keyed: true, ...more }),
      /** Another registered owner from a moment on, or none. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_ownerships_by_vehicle_transfer: (vehicle: string, body: TransferNew, more: More = {}) => send<DeedDone>('POST', `/api/v1/ownerships/${encodeURIComponent(vehicle)}/transfer`, { body, keyed: true, ...more }),
      /** Let the main user vote for the vehicle, or no longer. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_ownerships_by_vehicle_delegation: (vehicle: string, body: DelegationNew, more: More = {}) => send<DeedDone>('POST', `/api/v1/ownerships/${encodeURIComponent(vehicle)}/delegation`, { body, keyed: true, ...more }),
      /** Note the vehicle as an organisation's, or as nobody's. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_ownerships_by_vehicle_fleet: (vehicle: string, body: FleetNew, more: More = {}) => send<DeedDone>('POST', `/api/v1/ownerships/${encodeURIComponent(vehicle)}/fleet`, { body, keyed: true, ...more }),
      /** The owner roll at a moment: one vehicle, one vote; fleets apart. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_owner_roll: (query: { at?: string; cursor?: string; limit?: number } = {}, more: More = {}) => send<RollView>('GET', `/api/v1/owner-roll`, { query, ...more }),
      /** How many owned vehicles are bound, and their owners online (M35). (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_owner_online: (more: More = {}) => send<OnlineView>('GET', `/api/v1/owner-online`, { ...more }),
    },
    task: {
      /** Tasks; open ones by due time, lateness first. (task.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tasks: (query: { state?: "open" | "done" | "cancelled" | "all"; assignee?: "me" | "none" | "any"; late?: boolean; person?: number; cursor?: string; limit?: number } = {}, more: More = {}) => send<TaskPage>('GET', `/api/v1/tasks`, { query, ...more }),
      /** One task. (task.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_tasks_by_id: (id: number, more: More = {}) => send<TaskView>('GET', `/api/v1/tasks/${encodeURIComponent(id)}`, { ...more }),
      /** Hand a task to somebody, or to nobody. Its clock keeps its due time. (task.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, version_required, version_stale, undeclared. */
      patch_tasks_by_id: (id: number, body: TaskPatch, version: number, more: More = {}) => send<TaskView>('PATCH', `/api/v1/tasks/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** What came of it, one tap; the answer tells everything it set in motion. (task.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_tasks_by_id_outcome: (id: number, body: TaskOutcomeNew, more: More = {}) => send<TaskOutcomeDone>('POST', `/api/v1/tasks/${encodeURIComponent(id)}/outcome`, { body, keyed: true, ...more }),
      /** The numbers of the day: leads, orders, deliveries, tasks, and how promises are kept. (people.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_overview: (more: More = {}) => send<OverviewView>('GET', `/api/v1/overview`, { ...more }),
    },
    ledger: {
      /** One account with its totals. (ledger.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, account_unknown, undeclared. */
      get_accounts_by_id: (id: number, more: More = {}) => send<AccountView>('GET', `/api/v1/accounts/${encodeURIComponent(id)}`, { ...more }),
      /** What a person holds: balance, available, pending and next to expire, by unit. (ledger.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_people_by_id_accounts: (id: number, more: More = {}) => send<HoldingList>('GET', `/api/v1/people/${encodeURIComponent(id)}/accounts`, { ...more }),
      /** Movements of a person's accounts, newest first. (ledger.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_entries: (id: number, query: { cursor?: string; unit?: string; limit?: number } = {}, more: More = {}) => send<EntryPage>('GET', `/api/v1/people/${encodeURIComponent(id)}/entries`, { query, ...more }),
      /** Post up to 100 entries: together all or nothing, otherwise each with its own result. (ledger.post) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, limit_reached, amount_invalid, account_unknown, account_closed, reason_unknown, units_differ, entry_mismatch, balance_too_low, undeclared. */
      post_entries: (body: EntryBatch, more: More = {}) => send<PostedList>('POST', `/api/v1/entries`, { body, ...more }),
      /** Post the opposite entry, once. (ledger.post) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, limit_reached, amount_invalid, account_unknown, account_closed, reason_unknown, units_differ, entry_mismatch, balance_too_low, already_reversed, undeclared. */
      post_entries_by_id_reverse: (id: number, body: ReverseNew, more: More = {}) => send<PostedView>('POST', `/api/v1/entries/${encodeURIComponent(id)}/reverse`, { body, ...more }),
      /** Reserve an amount, to be posted or given back. (ledger.post) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, limit_reached, amount_invalid, account_unknown, account_closed, reason_unknown, units_differ, entry_mismatch, balance_too_low, undeclared. */
      post_holds: (body: HoldNew, more: More = {}) => send<PostedView>('POST', `/api/v1/holds`, { body, ...more }),
      /** Post what was reserved, or a part of it. (ledger.post) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, limit_reached, amount_invalid, account_unknown, account_closed, reason_unknown, units_differ, entry_mismatch, balance_too_low, hold_closed, undeclared. */
      post_holds_by_id_post: (id: number, body: HoldPost, more: More = {}) => send<PostedView>('POST', `/api/v1/holds/${encodeURIComponent(id)}/post`, { body, ...more }),
      /** Give back what was reserved. (ledger.post) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, limit_reached, hold_closed, undeclared. */
      post_holds_by_id_void: (id: number, more: More = {}) => send<void>('POST', `/api/v1/holds/${encodeURIComponent(id)}/void`, { ...more }),
      /** Why value may move. (ledger.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_reasons: (more: More = {}) => send<ReasonList>('GET', `/api/v1/reasons`, { ...more }),
      /** Per unit: posted, used, expired, balance, pending, liability, and the budgets. (ledger.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_ledger_summary: (more: More = {}) => send<LedgerSummary>('GET', `/api/v1/ledger/summary`, { ...more }),
    },
    events: {
      /** Delivery health of every source. (timeline.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_sources: (more: More = {}) => send<SourceList>('GET', `/api/v1/sources`, { ...more }),
      /** Asks the timeline a question. (timeline.read) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      post_query: (body: QueryNew, more: More = {}) => send<QueryAnswer>('POST', `/api/v1/query`, { body, ...more }),
      /** Events in our own shape; each message once, with a verdict on every one that was not simply stored. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, limit_reached, undeclared. */
      post_events: (body: NativeEvents, more: More = {}) => send<IngestReply>('POST', `/api/v1/events`, { body, ...more }),
      /** Items: what events refer to by id, as item_set brought them. (record.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_items: (query: { type?: string; cursor?: string; limit?: number } = {}, more: More = {}) => send<ItemsPage>('GET', `/api/v1/items`, { query, ...more }),
    },
    segment: {
      /** Segment: many events in one request. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_batch: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/batch`, { body, ...more }),
      /** Segment: many events, as old SDKs name it. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_import: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/import`, { body, ...more }),
      /** Segment: many events from a browser, also while its page unloads. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_b: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/b`, { body, ...more }),
      /** Segment: somebody did something. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_track: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/track`, { body, ...more }),
      /** Segment: track from a browser. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_t: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/t`, { body, ...more }),
      /** Segment: who somebody is; personal traits are sealed. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_identify: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/identify`, { body, ...more }),
      /** Segment: identify from a browser. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_i: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/i`, { body, ...more }),
      /** Segment: a page was seen. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_page: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/page`, { body, ...more }),
      /** Segment: page from a browser. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_p: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/p`, { body, ...more }),
      /** Segment: a screen of an app was seen. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_screen: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/screen`, { body, ...more }),
      /** Segment: screen from a browser. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_s: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/s`, { body, ...more }),
      /** Segment: somebody belongs to a group. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_group: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/group`, { body, ...more }),
      /** Segment: group from a browser. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_g: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/g`, { body, ...more }),
      /** Segment: two ids are one person. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_alias: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/alias`, { body, ...more }),
      /** Segment: alias from a browser. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_v1_a: (body: string, more: More = {}) => send<IngestReply>('POST', `/v1/a`, { body, ...more }),
    },
    sensorsdata: {
      /** SensorsData: one event of a browser, as an image. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, gzip_invalid, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_sa_gif: (body: string, more: More = {}) => send<string>('GET', `/sa.gif`, { body, ...more }),
      /** SensorsData: events of a browser, by ajax or beacon. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, gzip_invalid, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_sa_gif: (body: string, more: More = {}) => send<string>('POST', `/sa.gif`, { body, ...more }),
      /** SensorsData: one event, in the address. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, gzip_invalid, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_sa: (body: string, more: More = {}) => send<string>('GET', `/sa`, { body, ...more }),
      /** SensorsData: events of apps, mini-programs and servers. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, gzip_invalid, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_sa: (body: string, more: More = {}) => send<void>('POST', `/sa`, { body, ...more }),
      /** SensorsData: checks an event; stores it unless Dry-Run: true. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, gzip_invalid, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_debug: (body: string, more: More = {}) => send<IngestReply>('GET', `/debug`, { body, ...more }),
      /** SensorsData: checks events; stores them unless Dry-Run: true. (ingest) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, gzip_invalid, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      post_debug: (body: string, more: More = {}) => send<IngestReply>('POST', `/debug`, { body, ...more }),
      /** SensorsData: remote configuration of the mobile SDKs; always 304. (public) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, rate_limited, overloaded, undeclared. */
      get_config_by_name: (name: string, body: string, more: More = {}) => send<void>('GET', `/config/${encodeURIComponent(name)}`, { body, ...more }),
    },
    console: {
      /** Leads to the console. (public) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, rate_limited, overloaded, undeclared. */
      get_: (body: string, more: More = {}) => send<string>('GET', `/`, { body, ...more }),
      /** Leads to the console. (public) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, rate_limited, overloaded, undeclared. */
      get_console: (body: string, more: More = {}) => send<string>('GET', `/console`, { body, ...more }),
    },
    audit: {
      /** Who did what, newest first: a chain in which no line can be changed unseen. (audit.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_audit: (query: { object?: string; object_id?: number; who?: "nobody" | "key" | "staff" | "person" | "system"; who_id?: number; verb?: string; from?: string; to?: string; cursor?: string; limit?: number } = {}, more: More = {}) => send<AuditPage>('GET', `/api/v1/audit`, { query, ...more }),
    },
    record: {
      /** How far an import is. (record.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_records_imports_by_id: (id: number, more: More = {}) => send<RecordImportProgress>('GET', `/api/v1/records/imports/${encodeURIComponent(id)}`, { ...more }),
      /** What records there are, and what they declare: generic pages are made of it. (record.read) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_records: (more: More = {}) => send<RecordListInfo>('GET', `/api/v1/records`, { ...more }),
      /** List: stores. (record.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_stores: (query: { code?: string; kind?: "house" | "space" | "delivery" | "service" | "popup" | "dealer"; owner?: "direct" | "partner" | "dealer"; city?: string; state?: "planned" | "open" | "closed"; sort?: string; desc?: boolean; archived?: boolean; cursor?: string; limit?: number } = {}, more: More = {}) => send<StorePage>('GET', `/api/v1/stores`, { query, ...more }),
      /** Add one: stores. (record.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_stores: (body: StoreNew, more: More = {}) => send<StoreView>('POST', `/api/v1/stores`, { body, keyed: true, ...more }),
      /** One; the ETag is its version. (record.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_stores_by_id: (id: number, more: More = {}) => send<StoreView>('GET', `/api/v1/stores/${encodeURIComponent(id)}`, { ...more }),
      /** Change what the body names; null takes a value away. (record.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, transition, version_required, version_stale, undeclared. */
      patch_stores_by_id: (id: number, body: StoreChange, version: number, more: More = {}) => send<StoreView>('PATCH', `/api/v1/stores/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Archive: it leaves the lists and cannot be changed, but stays. (record.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      delete_stores_by_id: (id: number, version: number, more: More = {}) => send<void>('DELETE', `/api/v1/stores/${encodeURIComponent(id)}`, { version, ...more }),
      /** Take it out of the archive again. (record.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      put_stores_by_id_restored: (id: number, version: number, more: More = {}) => send<StoreView>('PUT', `/api/v1/stores/${encodeURIComponent(id)}/restored`, { version, ...more }),
      /** Add or change many from CSV: all rows or none. (record.write) Errors: bad_request, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_stores_import: (body: string, query: { dry_run?: boolean; update?: boolean; effects?: "all" | "quiet" | "none" } = {}, more: More = {}) => send<RecordImportView>('POST', `/api/v1/stores/import`, { query, body, type: 'text/csv', keyed: true, ...more }),
      /** As CSV: stores. (record.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_stores_export_csv: (query: { code?: string; kind?: "house" | "space" | "delivery" | "service" | "popup" | "dealer"; owner?: "direct" | "partner" | "dealer"; city?: string; state?: "planned" | "open" | "closed"; sort?: string; desc?: boolean; archived?: boolean } = {}, more: More = {}) => send<string>('GET', `/api/v1/stores/export.csv`, { query, ...more }),
      /** List: campaigns. (record.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_campaigns: (query: { code?: string; state?: "planned" | "running" | "ended"; kind?: "test_drive" | "gathering" | "tour" | "launch" | "co_creation" | "content"; store?: number; sort?: string; desc?: boolean; archived?: boolean; cursor?: string; limit?: number } = {}, more: More = {}) => send<CampaignPage>('GET', `/api/v1/campaigns`, { query, ...more }),
      /** Add one: campaigns. (record.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_campaigns: (body: CampaignNew, more: More = {}) => send<CampaignView>('POST', `/api/v1/campaigns`, { body, keyed: true, ...more }),
      /** One; the ETag is its version. (record.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_campaigns_by_id: (id: number, more: More = {}) => send<CampaignView>('GET', `/api/v1/campaigns/${encodeURIComponent(id)}`, { ...more }),
      /** Change what the body names; null takes a value away. (record.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, transition, version_required, version_stale, undeclared. */
      patch_campaigns_by_id: (id: number, body: CampaignChange, version: number, more: More = {}) => send<CampaignView>('PATCH', `/api/v1/campaigns/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Archive: it leaves the lists and cannot be changed, but stays. (record.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      delete_campaigns_by_id: (id: number, version: number, more: More = {}) => send<void>('DELETE', `/api/v1/campaigns/${encodeURIComponent(id)}`, { version, ...more }),
      /** Take it out of the archive again. (record.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      put_campaigns_by_id_restored: (id: number, version: number, more: More = {}) => send<CampaignView>('PUT', `/api/v1/campaigns/${encodeURIComponent(id)}/restored`, { version, ...more }),
      /** Add or change many from CSV: all rows or none. (record.write) Errors: bad_request, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_campaigns_import: (body: string, query: { dry_run?: boolean; update?: boolean; effects?: "all" | "quiet" | "none" } = {}, more: More = {}) => send<RecordImportView>('POST', `/api/v1/campaigns/import`, { query, body, type: 'text/csv', keyed: true, ...more }),
      /** As CSV: campaigns. (record.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_campaigns_export_csv: (query: { code?: string; state?: "planned" | "running" | "ended"; kind?: "test_drive" | "gathering" | "tour" | "launch" | "co_creation" | "content"; store?: number; sort?: string; desc?: boolean; archived?: boolean } = {}, more: More = {}) => send<string>('GET', `/api/v1/campaigns/export.csv`, { query, ...more }),
      /** List: tags. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tags: (query: { name?: string; class?: "audience" | "behaviour" | "fact"; family?: string; owner?: string; sort?: string; desc?: boolean; archived?: boolean; cursor?: string; limit?: number } = {}, more: More = {}) => send<TagTypePage>('GET', `/api/v1/tags`, { query, ...more }),
      /** Add one: tags. (record.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_tags: (body: TagTypeNew, more: More = {}) => send<TagTypeView>('POST', `/api/v1/tags`, { body, keyed: true, ...more }),
      /** One; the ETag is its version. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_tags_by_id: (id: number, more: More = {}) => send<TagTypeView>('GET', `/api/v1/tags/${encodeURIComponent(id)}`, { ...more }),
      /** Change what the body names; null takes a value away. (record.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, transition, version_required, version_stale, undeclared. */
      patch_tags_by_id: (id: number, body: TagTypeChange, version: number, more: More = {}) => send<TagTypeView>('PATCH', `/api/v1/tags/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Archive: it leaves the lists and cannot be changed, but stays. (record.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      delete_tags_by_id: (id: number, version: number, more: More = {}) => send<void>('DELETE', `/api/v1/tags/${encodeURIComponent(id)}`, { version, ...more }),
      /** Take it out of the archive again. (record.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      put_tags_by_id_restored: (id: number, version: number, more: More = {}) => send<TagTypeView>('PUT', `/api/v1/tags/${encodeURIComponent(id)}/restored`, { version, ...more }),
      /** Add or change many from CSV: all rows or none. (record.write) Errors: bad_request, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_tags_import: (body: string, query: { dry_run?: boolean; update?: boolean; effects?: "all" | "quiet" | "none" } = {}, more: More = {}) => send<RecordImportView>('POST', `/api/v1/tags/import`, { query, body, type: 'text/csv', keyed: true, ...more }),
      /** As CSV: tags. (people.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_tags_export_csv: (query: { name?: string; class?: "audience" | "behaviour" | "fact"; family?: string; owner?: string; sort?: string; desc?: boolean; archived?: boolean } = {}, more: More = {}) => send<string>('GET', `/api/v1/tags/export.csv`, { query, ...more }),
      /** List: orders. (sales.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_orders: (query: { number?: string; person?: number; state?: "reserved" | "ordered" | "delivered" | "cancelled"; model?: string; store?: number; sort?: string; desc?: boolean; archived?: boolean; cursor?: string; limit?: number } = {}, more: More = {}) => send<OrderPage>('GET', `/api/v1/orders`, { query, ...more }),
      /** Add one: orders. (sales.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_orders: (body: OrderNew, more: More = {}) => send<OrderView>('POST', `/api/v1/orders`, { body, keyed: true, ...more }),
      /** One; the ETag is its version. (sales.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_orders_by_id: (id: number, more: More = {}) => send<OrderView>('GET', `/api/v1/orders/${encodeURIComponent(id)}`, { ...more }),
      /** Change what the body names; null takes a value away. (sales.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, transition, version_required, version_stale, undeclared. */
      patch_orders_by_id: (id: number, body: OrderChange, version: number, more: More = {}) => send<OrderView>('PATCH', `/api/v1/orders/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Archive: it leaves the lists and cannot be changed, but stays. (sales.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      delete_orders_by_id: (id: number, version: number, more: More = {}) => send<void>('DELETE', `/api/v1/orders/${encodeURIComponent(id)}`, { version, ...more }),
      /** Take it out of the archive again. (sales.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      put_orders_by_id_restored: (id: number, version: number, more: More = {}) => send<OrderView>('PUT', `/api/v1/orders/${encodeURIComponent(id)}/restored`, { version, ...more }),
      /** Add or change many from CSV: all rows or none. (sales.write) Errors: bad_request, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_orders_import: (body: string, query: { dry_run?: boolean; update?: boolean; effects?: "all" | "quiet" | "none" } = {}, more: More = {}) => send<RecordImportView>('POST', `/api/v1/orders/import`, { query, body, type: 'text/csv', keyed: true, ...more }),
      /** As CSV: orders. (sales.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_orders_export_csv: (query: { number?: string; person?: number; state?: "reserved" | "ordered" | "delivered" | "cancelled"; model?: string; store?: number; sort?: string; desc?: boolean; archived?: boolean } = {}, more: More = {}) => send<string>('GET', `/api/v1/orders/export.csv`, { query, ...more }),
      /** List: test_drives. (sales.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_test_drives: (query: { number?: string; person?: number; state?: "booked" | "completed" | "no_show" | "cancelled"; model?: string; store?: number; sort?: string; desc?: boolean; archived?: boolean; cursor?: string; limit?: number } = {}, more: More = {}) => send<TestDrivePage>('GET', `/api/v1/test_drives`, { query, ...more }),
      /** Add one: test_drives. (sales.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_test_drives: (body: TestDriveNew, more: More = {}) => send<TestDriveView>('POST', `/api/v1/test_drives`, { body, keyed: true, ...more }),
      /** One; the ETag is its version. (sales.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_test_drives_by_id: (id: number, more: More = {}) => send<TestDriveView>('GET', `/api/v1/test_drives/${encodeURIComponent(id)}`, { ...more }),
      /** Change what the body names; null takes a value away. (sales.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, transition, version_required, version_stale, undeclared. */
      patch_test_drives_by_id: (id: number, body: TestDriveChange, version: number, more: More = {}) => send<TestDriveView>('PATCH', `/api/v1/test_drives/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Archive: it leaves the lists and cannot be changed, but stays. (sales.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      delete_test_drives_by_id: (id: number, version: number, more: More = {}) => send<void>('DELETE', `/api/v1/test_drives/${encodeURIComponent(id)}`, { version, ...more }),
      /** Take it out of the archive again. (sales.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      put_test_drives_by_id_restored: (id: number, version: number, more: More = {}) => send<TestDriveView>('PUT', `/api/v1/test_drives/${encodeURIComponent(id)}/restored`, { version, ...more }),
      /** Add or change many from CSV: all rows or none. (sales.write) Errors: bad_request, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_test_drives_import: (body: string, query: { dry_run?: boolean; update?: boolean; effects?: "all" | "quiet" | "none" } = {}, more: More = {}) => send<RecordImportView>('POST', `/api/v1/test_drives/import`, { query, body, type: 'text/csv', keyed: true, ...more }),
      /** As CSV: test_drives. (sales.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_test_drives_export_csv: (query: { number?: string; person?: number; state?: "booked" | "completed" | "no_show" | "cancelled"; model?: string; store?: number; sort?: string; desc?: boolean; archived?: boolean } = {}, more: More = {}) => send<string>('GET', `/api/v1/test_drives/export.csv`, { query, ...more }),
      /** List: vehicles. (sales.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_vehicles: (query: { person?: number; state?: "stock" | "owned" | "resold" | "scrapped"; model?: string; sort?: string; desc?: boolean; archived?: boolean; cursor?: string; limit?: number } = {}, more: More = {}) => send<VehiclePage>('GET', `/api/v1/vehicles`, { query, ...more }),
      /** Add one: vehicles. (sales.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_vehicles: (body: VehicleNew, more: More = {}) => send<VehicleView>('POST', `/api/v1/vehicles`, { body, keyed: true, ...more }),
      /** One; the ETag is its version. (sales.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_vehicles_by_id: (id: number, more: More = {}) => send<VehicleView>('GET', `/api/v1/vehicles/${encodeURIComponent(id)}`, { ...more }),
      /** Change what the body names; null takes a value away. (sales.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, transition, version_required, version_stale, undeclared. */
      patch_vehicles_by_id: (id: number, body: VehicleChange, version: number, more: More = {}) => send<VehicleView>('PATCH', `/api/v1/vehicles/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Archive: it leaves the lists and cannot be changed, but stays. (sales.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      delete_vehicles_by_id: (id: number, version: number, more: More = {}) => send<void>('DELETE', `/api/v1/vehicles/${encodeURIComponent(id)}`, { version, ...more }),
      /** Take it out of the archive again. (sales.write) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, version_required, version_stale, undeclared. */
      put_vehicles_by_id_restored: (id: number, version: number, more: More = {}) => send<VehicleView>('PUT', `/api/v1/vehicles/${encodeURIComponent(id)}/restored`, { version, ...more }),
      /** Add or change many from CSV: all rows or none. (sales.write) Errors: bad_request, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, exists, transition, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_vehicles_import: (body: string, query: { dry_run?: boolean; update?: boolean; effects?: "all" | "quiet" | "none" } = {}, more: More = {}) => send<RecordImportView>('POST', `/api/v1/vehicles/import`, { query, body, type: 'text/csv', keyed: true, ...more }),
      /** As CSV: vehicles. (sales.read) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, limit_reached, undeclared. */
      get_vehicles_export_csv: (query: { person?: number; state?: "stock" | "owned" | "resold" | "scrapped"; model?: string; sort?: string; desc?: boolean; archived?: boolean } = {}, more: More = {}) => send<string>('GET', `/api/v1/vehicles/export.csv`, { query, ...more }),
    },
    import: {
      /** What files can bring, and the kinds of identities their rows may name. (import) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_import_targets: (more: More = {}) => send<ImportTargetsView>('GET', `/api/v1/import-targets`, { ...more }),
      /** Imports, newest first. (import) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_imports: (more: More = {}) => send<ImportList>('GET', `/api/v1/imports`, { ...more }),
      /** Announce a file; then send its parts. (import) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_imports: (body: ImportFileNew, more: More = {}) => send<ImportView>('POST', `/api/v1/imports`, { body, keyed: true, ...more }),
      /** How far it is, and its sheet of reconciliation. (import) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_imports_by_id: (id: number, more: More = {}) => send<ImportView>('GET', `/api/v1/imports/${encodeURIComponent(id)}`, { ...more }),
      /** Forget its file and its refused rows now instead of after 7 days; what it brought stays. (import) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, undeclared. */
      delete_imports_by_id: (id: number, more: More = {}) => send<void>('DELETE', `/api/v1/imports/${encodeURIComponent(id)}`, { ...more }),
      /** One part of the file, from 1, in order; the same again replaces it. (import) Errors: bad_request, body_required, body_too_large, media_type, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, undeclared. */
      put_imports_by_id_parts_by_part: (id: number, part: number, body: Blob, more: More = {}) => send<ImportView>('PUT', `/api/v1/imports/${encodeURIComponent(id)}/parts/${encodeURIComponent(part)}`, { body, type: 'application/octet-stream', ...more }),
      /** A guessed mapping and the first rows, personal data masked. (import) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, conflict, undeclared. */
      get_imports_by_id_preview: (id: number, query: { target?: string; sheet?: string } = {}, more: More = {}) => send<ImportPreview>('GET', `/api/v1/imports/${encodeURIComponent(id)}/preview`, { query, ...more }),
      /** Check or bring in its rows: runs behind the answer, one import at a time. (import) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_imports_by_id_run: (id: number, body: ImportRun, more: More = {}) => send<ImportView>('POST', `/api/v1/imports/${encodeURIComponent(id)}/run`, { body, keyed: true, ...more }),
      /** Stop it; what is in stays in. (import) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_imports_by_id_cancel: (id: number, more: More = {}) => send<ImportView>('POST', `/api/v1/imports/${encodeURIComponent(id)}/cancel`, { keyed: true, ...more }),
      /** Refused rows with line and reason, at most 10,000. (import) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_imports_by_id_errors_csv: (id: number, more: More = {}) => send<string>('GET', `/api/v1/imports/${encodeURIComponent(id)}/errors.csv`, { ...more }),
      /** The sheet of reconciliation as CSV. (import) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_imports_by_id_sheet_csv: (id: number, more: More = {}) => send<string>('GET', `/api/v1/imports/${encodeURIComponent(id)}/sheet.csv`, { ...more }),
      /** What an import made, and what became of it when it was taken back. (import) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_imports_by_id_removal: (id: number, more: More = {}) => send<ImportRemovalView>('GET', `/api/v1/imports/${encodeURIComponent(id)}/removal`, { ...more }),
      /** Take back everything this import made, in slices behind the answer; what has been touched since stays, counted with its reason. (import) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_imports_by_id_removal: (id: number, body: ImportRemovalNew, more: More = {}) => send<ImportRemovalView>('POST', `/api/v1/imports/${encodeURIComponent(id)}/removal`, { body, keyed: true, ...more }),
    },
    privacy: {
      /** Requests about personal data: of one state, the one due first first; all, newest first. (privacy) Errors: bad_request, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_privacy_requests: (query: { state?: "asked" | "refused" | "granted" | "done" | "expired"; cursor?: string; limit?: number } = {}, more: More = {}) => send<PrivacyPage>('GET', `/api/v1/privacy/requests`, { query, ...more }),
      /** A person's requests and holds, and what an erasure would take. (people.read) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_people_by_id_privacy: (id: number, more: More = {}) => send<PrivacyPerson>('GET', `/api/v1/people/${encodeURIComponent(id)}/privacy`, { ...more }),
      /** A person asks for a copy of their data, or to be forgotten; a task opens for whoever answers for it. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_people_by_id_privacy_requests: (id: number, body: PrivacyNew, more: More = {}) => send<PrivacyRequestView>('POST', `/api/v1/people/${encodeURIComponent(id)}/privacy-requests`, { body, keyed: true, ...more }),
      /** Grant or refuse. A granted erasure is done at once and cannot be undone; not by who asked, not while held. (privacy) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, version_required, version_stale, undeclared. */
      patch_privacy_requests_by_id: (id: number, body: PrivacyDecision, version: number, more: More = {}) => send<PrivacyRequestView>('PATCH', `/api/v1/privacy/requests/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** Everything about the person, for programs (data.json) and for reading (index.html). Once. (privacy) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, undeclared. */
      post_privacy_requests_by_id_download: (id: number, more: More = {}) => send<string>('POST', `/api/v1/privacy/requests/${encodeURIComponent(id)}/download`, { ...more }),
      /** Nothing about this person may be erased for now. (privacy) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_people_by_id_holds: (id: number, body: PrivacyHoldNew, more: More = {}) => send<PrivacyHoldView>('POST', `/api/v1/people/${encodeURIComponent(id)}/holds`, { body, keyed: true, ...more }),
      /** The hold ends. (privacy) Errors: bad_request, not_found, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      delete_privacy_holds_by_id: (id: number, more: More = {}) => send<void>('DELETE', `/api/v1/privacy/holds/${encodeURIComponent(id)}`, { ...more }),
      /** Copies of the brand, and by when those older than an erasure have to be gone. (privacy) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_privacy_copies: (more: More = {}) => send<CopyList>('GET', `/api/v1/privacy/copies`, { ...more }),
      /** Whether copies beyond their time are deleted, or only told of. (privacy) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      put_privacy_copies: (body: CopySetting, more: More = {}) => send<CopyList>('PUT', `/api/v1/privacy/copies`, { body, ...more }),
      /** A copy that was moved away, where only people can delete it, is gone. (privacy) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, version_required, version_stale, undeclared. */
      patch_privacy_copies_by_id: (id: number, body: CopySaid, version: number, more: More = {}) => send<CopyView>('PATCH', `/api/v1/privacy/copies/${encodeURIComponent(id)}`, { body, version, ...more }),
      /** What China's rules about automobile data ask, and whether 100,000 people are passed. (privacy) Errors: bad_request, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, undeclared. */
      get_privacy_automobile: (more: More = {}) => send<AutomobileView>('GET', `/api/v1/privacy/automobile`, { ...more }),
    },
    tier: {
      /** The ladders of tiers: levels, conditions, how many stand on each. (people.read) Errors: bad_request, not_found, field_value, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tiers: (more: More = {}) => send<TierViews>('GET', `/api/v1/tiers`, { ...more }),
      /** Save a ladder. Everybody is gone through in the background, quietly. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, exists, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, limit_reached, undeclared. */
      post_tiers: (body: TierNew, more: More = {}) => send<TierViews>('POST', `/api/v1/tiers`, { body, keyed: true, ...more }),
      /** Who stands on a level. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tiers_people: (query: { tier: string; cursor?: string; limit?: number }, more: More = {}) => send<PeoplePage>('GET', `/api/v1/tiers/people`, { query, ...more }),
      /** Who moved from which level to which in a window. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tiers_moves: (query: { ladder: string; days?: number }, more: More = {}) => send<TierMoves>('GET', `/api/v1/tiers/moves`, { query, ...more }),
      /** What a ladder was, version by version. (people.read) Errors: bad_request, not_found, field_value, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_tiers_by_ladder_versions: (ladder: string, more: More = {}) => send<TierVersions>('GET', `/api/v1/tiers/${encodeURIComponent(ladder)}/versions`, { ...more }),
      /** Where a person stands, why, what is lacking for more, and every move. (people.read) Errors: bad_request, not_found, field_value, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_tiers: (id: number, more: More = {}) => send<PersonTiers>('GET', `/api/v1/people/${encodeURIComponent(id)}/tiers`, { ...more }),
      /** How many would stand where with such a ladder. Looks at 20,000 people at most. (people.read) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, undeclared. */
      post_tiers_preview: (body: TierBody, more: More = {}) => send<TierPreview>('POST', `/api/v1/tiers/preview`, { body, ...more }),
      /** The matrix: which activity is offered to which tier and tag. (people.read) Errors: bad_request, not_found, field_value, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_offers: (more: More = {}) => send<OfferMatrix>('GET', `/api/v1/offers`, { ...more }),
      /** Decide a row of the matrix as a whole. (rule.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, conflict, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_offers: (body: OfferNew, more: More = {}) => send<OfferMatrix>('POST', `/api/v1/offers`, { body, keyed: true, ...more }),
      /** What may be offered to a person, and why not. (people.read) Errors: bad_request, not_found, field_value, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_people_by_id_offers: (id: number, more: More = {}) => send<PersonOffers>('GET', `/api/v1/people/${encodeURIComponent(id)}/offers`, { ...more }),
      /** Who was invited, newest first. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_campaigns_by_id_invitations: (id: number, query: { cursor?: string; limit?: number } = {}, more: More = {}) => send<InvitationPage>('GET', `/api/v1/campaigns/${encodeURIComponent(id)}/invitations`, { query, ...more }),
      /** Invite people: the matrix, their consent to the channel and how often they were invited are asked first; dry_run only says. (people.write) Errors: bad_request, json_invalid, json_too_deep, body_required, body_too_large, media_type, not_found, field_required, field_unknown, field_type, field_null, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, csrf, rate_limited, overloaded, idempotency_key_required, idempotency_key_invalid, idempotency_mismatch, idempotency_done, undeclared. */
      post_campaigns_by_id_invitations: (id: number, body: InviteNew, more: More = {}) => send<InviteDone>('POST', `/api/v1/campaigns/${encodeURIComponent(id)}/invitations`, { body, keyed: true, ...more }),
      /** Whom the matrix offers it to and who was not invited yet. (people.read) Errors: bad_request, not_found, field_required, field_unknown, field_type, field_too_long, field_too_short, field_too_small, field_too_large, field_too_many, field_value, field_duplicate, field_utf8, unauthenticated, key_invalid, session_expired, forbidden, rate_limited, overloaded, cursor_invalid, undeclared. */
      get_campaigns_by_id_candidates: (id: number, query: { cursor?: string; limit?: number } = {}, more: More = {}) => send<PeoplePage>('GET', `/api/v1/campaigns/${encodeURIComponent(id)}/candidates`, { query, ...more }),
    },
  }
}
