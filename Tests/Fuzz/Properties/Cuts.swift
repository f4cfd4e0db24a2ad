// SPDX-License-Identifier: Apache-2.0

/// Numbers drawn from an input, so that it is treated alike in each run (FNV-1a, SplitMix64).
struct Draws: RandomNumberGenerator {
    private var state: UInt64

    init(_ input: [UInt8]) {
        state = input.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Where an input is cut: behind each byte, and at one and at three places drawn from it.
func cuts(_ input: [UInt8]) -> [[Int]] {
    guard input.count > 1 else { return [] }
    var draws = Draws(input)
    let drawn = (0..<4).map { _ in Int.random(in: 1..<input.count, using: &draws) }
    return [Array(1..<input.count), [drawn[0]], drawn[1...].sorted()]
}

/// The pieces of an input, one more than there are cuts.
func pieces(of input: [UInt8], cutAt cuts: [Int]) -> [[UInt8]] {
    zip([0] + cuts, cuts + [input.count]).map { Array(input[$0..<$1]) }
}
