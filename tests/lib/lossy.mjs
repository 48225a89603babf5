// A proxy on loopback that loses acknowledgements: the request reaches the server, its reply does not reach the client.
import http from 'node:http'

/** lose(n, req) says whether the answer to the n-th request (from 1) is lost. Counts in .seen and .lost. */
export async function lossyProxy(target, lose) {
  const to = new URL(target)
  const proxy = { seen: 0, lost: 0 }
  const server = http.createServer((req, res) => {
    const n = ++proxy.seen
    const chunks = []
    req.on('data', c => chunks.push(c))
    req.on('end', () => {
      const up = http.request({ host: to.hostname, port: to.port, path: req.url, method: req.method, headers: req.headers }, answer => {
        const body = []
        answer.on('data', c => body.push(c))
        answer.on('end', () => {
          if (lose(n, req)) { proxy.lost++; req.socket.destroy(); return }
          res.writeHead(answer.statusCode, answer.headers)
          res.end(Buffer.concat(body))
        })
      })
      up.on('error', () => req.socket.destroy())
      up.end(Buffer.concat(chunks))
    })
  })
  await new Promise(r => server.listen(0, '127.0.0.1', r))
  proxy.url = `http://127.0.0.1:${server.address().port}`
  proxy.close = () => new Promise(r => { server.closeAllConnections(); server.close(r) })
  return proxy
}
