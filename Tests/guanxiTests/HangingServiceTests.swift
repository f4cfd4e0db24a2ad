// SPDX-License-Identifier: Apache-2.0
import HTTPServer
import Testing

/// What commands ask a service with that accepts connections and does nothing else.
@Suite struct HangingServiceTests {
    @Test(arguments: [0, 32 << 20])
    func `is given up, whether it owes an answer or does not take a body`(length: Int) throws {
        let service = try LocalSocket.listening()
        let client = PlainClient(
            host: "127.0.0.1",
            port: service.port,
            patience: .milliseconds(50),
            lifeSign: "/healthz"
        )
        #expect(throws: PlainClient.Failure.silent) {
            try client.send("POST", "/", body: [UInt8](repeating: 65, count: length))
        }
    }
}
