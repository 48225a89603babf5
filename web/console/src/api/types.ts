/* Lists of the server's enums that pages walk through, checked against its description; and what only the live stream says. */
import type { EventView, PlanKindBody, PlanPropBody, FunnelStage, KeyView, RingView, SessionView, TaskOutcomeNew } from './client'

export type * from './client'
export type Stage = EventStage
type EventStage = FunnelStage['stage']
export const STAGES = ['follow', 'lead', 'trial', 'reserve', 'order', 'owner', 'advocate'] as const satisfies Stage[]
export const BANDS = ['visitor', 'fan', 'prospect', 'owner_to_be', 'owner'] as const
export const ROLES = ['head', 'operator', 'lead_agent', 'advisor', 'desk', 'dpo', 'auditor'] as const satisfies SessionView['role'][]
export type Role = SessionView['role']
export const SCOPES = ['ingest', 'read', 'write', 'admin'] as const satisfies KeyView['scope'][]
export const EFFECTS = ['all', 'quiet', 'none', 'shadow'] as const satisfies KeyView['effects'][]
export const PLAN_STATES = ['live', 'planned', 'retired'] as const satisfies NonNullable<PlanKindBody['state']>[]
export const PLAN_MODES = ['warn', 'quarantine', 'refuse'] as const satisfies NonNullable<PlanKindBody['mode']>[]
export const PLAN_TYPES = ['any', 'text', 'integer', 'number', 'boolean', 'time', 'list', 'object'] as const satisfies NonNullable<PlanPropBody['type']>[]
export const PLAN_PERSONAL = ['none', 'phone', 'email', 'name', 'address', 'id_number', 'plate', 'vin', 'birthday'] as const satisfies NonNullable<PlanPropBody['personal']>[]
/** In the order of the digits that pick them. */
export const OUTCOMES = [
  'reached', 'booked', 'reached_later', 'not_reached', 'refused', 'invalid_number', 'wrong_person', 'do_not_call', 'done',
] as const satisfies TaskOutcomeNew['outcome'][]
export type Outcome = TaskOutcomeNew['outcome']
export type Ring = RingView
export type Event = EventView

export type LiveEvent = {
  no: number; time: string; received: string; kind: string; name_zh?: string; name_en?: string; person: number; source: string; verdict: 'stored' | 'duplicate' | 'refused' | 'quarantined'; warned?: boolean; reason?: string
  code: string; field: string; effects: Ring[]
}
