// SPDX-License-Identifier: Apache-2.0

/// What a statement adds an amount in fen up by, over a group of rows: whole, or `sumBound` on the
/// side where it would be passed; null of no rows.
///
/// The database's own sum is an error as soon as an `Int64` cannot hold it, by which one customer's
/// absurd amounts would end what reckons with all. So the upper and the lower halves of the amounts
/// are added up apart, which takes longer: where all customers are added up, that is done in Swift.
func boundedSum(_ amount: String) -> String {
    let sum = "sum((\(amount)) >> 32) * 4294967296 + sum((\(amount)) & 4294967295)"
    return "cast(max(-\(sumBound), min(\(sumBound), \(sum))) AS bigint)"
}

/// A thousand times the largest amount that is read; an `Int64` has room for some such sums together.
let sumBound = 1_000_000_000_000_000_000
