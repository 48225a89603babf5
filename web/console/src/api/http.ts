/* The one door to the server: the generated client over fetch, in the reader's language; whoever listens hears that a session ended. */
import { ApiProblem, client, fetchSend, type Send } from './client'

export { ApiProblem as Problem, newKey } from './client'

const lost = new Set<() => void>()
/** Called when the server says that nobody is logged in any more. */
export function onSessionLost(f: () => void) { lost.add(f); return () => { lost.delete(f) } }

/** For pages made of declarations, which know their address only when they run. */
export const send: Send = async (method, path, ask) => {
  try {
    return await fetchSend('', { language: document.documentElement.lang === 'en' ? 'en' : 'zh' })(method, path, ask)
  } catch (e) {
    if (e instanceof ApiProblem && e.status === 401 && e.code !== 'login_failed') lost.forEach(f => f())
    throw e
  }
}
export const ly = client(send)
