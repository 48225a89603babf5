import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'
import { Problem, ly, onSessionLost } from '../api/http'
import type { SessionView } from '../api/types'

export type Session = {
  me: SessionView | null | undefined             // undefined: not known yet; null: nobody
  expired: boolean                      // was logged in on this page, and is no more
  trouble?: Problem                     // the server could not be asked
  login: (login: string, password: string) => Promise<void>
  logout: () => Promise<void>
  may: (permission: string) => boolean
  again: () => void
}
const Context = createContext<Session | null>(null)

export function SessionProvider({ children }: { children: ReactNode }) {
  const [me, setMe] = useState<SessionView | null>()
  const [expired, setExpired] = useState(false)
  const [trouble, setTrouble] = useState<Problem>()
  const again = useCallback(() => {
    setTrouble(undefined)
    ly.admin.get_session().then(setMe, (e: Problem) => (e.status === 401 ? setMe(null) : setTrouble(e)))
  }, [])
  useEffect(again, [again])
  useEffect(() => onSessionLost(() => setMe(m => { if (m) setExpired(true); return null })), [])
  const value = useMemo<Session>(() => ({
    me, expired, trouble, again,
    async login(login, password) {
      const session = await ly.admin.post_session({ login, password })
      setExpired(false)
      setMe(session)
    },
    async logout() {
      await ly.admin.delete_session().catch(() => undefined)
      setMe(null)
    },
    may: p => !!me?.permissions?.includes(p),
  }), [me, expired, trouble, again])
  return <Context value={value}>{children}</Context>
}
export function useSession(): Session {
  const s = useContext(Context)
  if (!s) throw new Error('useSession outside of its provider')
  return s
}
