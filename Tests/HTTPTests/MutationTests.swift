// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

/// Broken input beyond the tables: whatever it is, it means the same however it is cut, and what
/// the parser takes for a request could be sent on without another meaning.
@Suite struct MutationTests {
    /// Numbers that are the same in each run (Knuth’s MMIX), so that a failure can be repeated.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    static let seeds =
        (RequestLineTests.accepted + HeadFieldTests.accepted + BodyLengthTests.accepted
        + ChunkTests.accepted).map { Array($0.input.utf8) }

    /// The bytes on which readers have disagreed.
    static let bytes = Array("\r\n\t \0\u{0B}:;,\"\\+-0x5aF%/?#*@[]".utf8) + [0x7F, 0x80, 0xFF]

    @Test(arguments: 0..<8)
    func `broken input gives the same result however it is cut`(_ run: Int) throws {
        var generator = Generator(state: UInt64(run))
        for _ in 0..<200 {
            var input = try #require(Self.seeds.randomElement(using: &generator))
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                Self.mutate(&input, &generator)
            }
            let whole = ParsedInput(input)
            let cut = Int.random(in: 0...input.count, using: &generator)
            let isSame =
                ParsedInput(input, cutAt: [cut]) == whole
                && ParsedInput(input, cutAt: Array(0..<input.count)) == whole
            #expect(isSame, "\(String(decoding: input, as: UTF8.self).debugDescription)")
            #expect(whole.requests.allSatisfy(Self.isSound))
        }
    }

    private static func mutate(_ input: inout [UInt8], _ generator: inout Generator) {
        let place = Int.random(in: 0..<max(1, input.count), using: &generator)
        let byte = bytes.randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: input.insert(byte, at: min(place, input.count))
        case 1 where !input.isEmpty: input[place] = byte
        case 2 where !input.isEmpty: input.remove(at: place)
        default: input.insert(contentsOf: input[place...].prefix(12), at: place)
        }
    }

    /// What must hold of every request that is taken (RFC 9112 sections 3.2 and 6.3).
    private static func isSound(_ request: ParsedInput.Parsed) -> Bool {
        let hosts = request.fields.values(of: "host").count
        let lengths = request.fields.values(of: "content-length").count
        let codings = request.fields.values(of: "transfer-encoding")
        return (hosts == 1 || request.version == .http10 && hosts == 0)
            && lengths + codings.count <= 1
            && codings.allSatisfy { $0.lowercased() == "chunked" }
            && (request.path.hasPrefix("/") || request.path == "*" && request.method == .options)
    }
}
