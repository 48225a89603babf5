import type { ClassAxisView, MatrixView } from '../../api/client'

export type { ClassAxisView, MatrixView }
export type ClassPeopleQueryAxis = 'behaviour' | 'type' | 'path'
