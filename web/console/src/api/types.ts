/* What travels, by the shapes of the server (src/people/people_api.h, src/task/task_api.h, src/rule/rule_api.h, src/admin). */
export const STAGES = ['follow', 'lead', 'trial', 'reserve', 'order', 'owner', 'advocate'] as const
export type Stage = 'visitor' | (typeof STAGES)[number]
export const BANDS = ['visitor', 'fan', 'prospect', 'buyer', 'owner'] as const
export type Band = (typeof BANDS)[number]

export const ROLES = ['head', 'operator', 'lead_agent', 'advisor', 'desk', 'dpo', 'auditor'] as const
export type Role = (typeof ROLES)[number]
export type Me = { staff: number; login: string; name: string; role: Role; permissions: string[]; ends: string }

export type Ring = {
  kind: string; outcome: 'done' | 'suppressed' | 'failed' | 'cut'; rule?: string; what?: string; why?: string
  amount?: number; balance?: number; ref?: number; due?: string; event?: number
}

export type PersonRow = {
  id: number; name?: string; stage: Stage; band: Band; phone?: string; city?: string; model?: string; source?: string
  tags: string[]; created: string; seen: string
}
export type PeoplePage = { items: PersonRow[]; total: number; more_than_total: boolean; next?: string }

export type Contact = { id: number; kind: string; masked: string; at: string }
export type Step = { stage: Stage; entered: string; left?: string; event: number }
export type Opportunity = {
  id: number; state: 'open' | 'won' | 'lost' | 'idle'; stage: Stage; model?: string; source?: string; trigger: string; touches: number
  opened: string; closed?: string; reason?: string; steps: Step[]
}
export type Tag = { tag: string; source: string; event: number; event_kind?: string; since: string; until?: string }
export type Trait = { name: string; value: unknown; event: number; at: string }
export type Consent = { purpose: string; given: boolean; text_version: string; event: number; at: string }
export type Identity = { kind: string; label?: string; subject: number }
export type Balance = { unit: string; amount: number; pending: number }
export type PersonView = {
  id: number; name?: string; stage: Stage; band: Band; city?: string; model?: string; source?: string; vehicles: number
  created: string; seen: string; contacts: Contact[]; identities: Identity[]; opportunities: Opportunity[]; tags: Tag[]
  traits: Trait[]; consents: Consent[]; balances: Balance[]; tasks_open: number
}
export type EventView = {
  no: number; kind: string; name_zh?: string; name_en?: string; at: string; received: string; source: number; system: boolean; quiet: boolean
  cause?: number; props: Record<string, unknown>; rings: Ring[]
}
export type TimelinePage = { items: EventView[]; next?: string }

export type FunnelStage = { stage: Stage; now: number; entered: number; of_previous?: number; previous?: number; stay_s?: number }
export type Funnel = { days: number; from: string; stages: FunnelStage[] }
export type ClockRow = { clock: string; name_zh: string; name_en: string; due: number; on_time: number; open: number; late: number }
export type OverviewData = {
  people: number; leads: number; orders: number; deliveries: number; owners: number; tasks_open: number; tasks_late: number; events: number
  clocks: ClockRow[]
}

export const OUTCOMES = ['reached', 'booked', 'reached_later', 'not_reached', 'refused', 'invalid_number', 'wrong_person', 'do_not_call', 'done'] as const
export type Outcome = (typeof OUTCOMES)[number]
export type Task = {
  id: number; version: number; clock: string; role: string; title_zh: string; title_en: string; state: 'open' | 'done' | 'cancelled' | 'escalated'
  assignee?: number; assignee_name?: string; person: number; person_name?: string; phone?: string; stage: Stage; city?: string; model?: string
  opportunity?: number; opened: string; warn: string; due: string; closed?: string; late: boolean; attempts: number; outcome?: Outcome
  note?: string; rule?: string; cause: number; escalates?: number
}
export type TaskPage = { items: Task[]; total: number; more_than_total: boolean; next?: string }

export type Rule = {
  id: number; key: string; version: number; state: 'on' | 'off' | 'shadow'; origin: string; name_zh: string; name_en: string
  sentence_zh: string; sentence_en: string; events?: string[]; fired: number; failed: number
}

export const SCOPES = ['ingest', 'read', 'write', 'admin'] as const
export const EFFECTS = ['all', 'quiet', 'none'] as const
export type Key = {
  id: number; name: string; scope: (typeof SCOPES)[number]; tail: string; source: number; effects: (typeof EFFECTS)[number]; created: string; revoked?: string
}
export type NewKey = { key: string; about: Key }
export type Staff = { id: number; login: string; name: string; role: Role; state: 'active' | 'closed'; version: number; created: string }
export type Listed<T> = { items: T[] }

export type Entry = { id: number; at: string; unit: string; amount: number; reason: string; cause?: number; balance?: number }
export type EntryPage = { items: Entry[]; next?: string }

export type LiveEvent = {
  no: number; time: string; kind: string; person?: number; name?: string; source?: string; verdict: 'stored' | 'duplicate' | 'refused'
  reason?: string; effects: Ring[]
}
