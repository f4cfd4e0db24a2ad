// SPDX-License-Identifier: Apache-2.0

extension Money {
    /// What a sum that was given back of an order, and is not positive, takes off each of its lines: in
    /// proportion to what is left of them, to the fen, and together all of it.
    ///
    /// Of lines of which nothing is left it takes nothing.
    func spread(over lines: [Money]) -> [Money] {
        let all = lines.reduce(Int128(0)) { $0 + Int128(max(.zero, $1).rawValue) }
        guard all > 0 else { return lines.map { _ in .zero } }
        var (reached, taken) = (Int128(0), Int128(0))
        return lines.map { line in
            reached += Int128(max(.zero, line).rawValue)
            let part = Int128(rawValue) * reached / all - taken
            taken += part
            return Money(rawValue: Int64(clamping: part))
        }
    }
}
