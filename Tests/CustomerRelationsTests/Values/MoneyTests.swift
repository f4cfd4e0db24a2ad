// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

@Suite struct MoneyTests {
    @Test(arguments: [
        ("29.99", 2_999, "29.99"), ("0", 0, "0.00"), ("-0", 0, "0.00"), ("-5", -500, "-5.00"),
        ("0.5", 50, "0.50"), ("-0.05", -5, "-0.05"), ("0.00", 0, "0.00"), ("10", 1_000, "10.00"),
        ("9999999999999.99", 999_999_999_999_999, "9999999999999.99"),
        ("-9999999999999.99", -999_999_999_999_999, "-9999999999999.99"),
    ])
    func `reads and writes decimals`(_ text: String, _ fen: Int64, _ written: String) throws {
        let money = try #require(Money(text))
        #expect(money.rawValue == fen)
        #expect(money.description == written)
    }

    @Test(arguments: [
        "", "-", ".", "5.", ".5", "-.5", "+5", "5.999", "5.0.0", "1e3", "1,000", " 5", "5 ", "05",
        "00", "--5",
        "５", "¥5", "10000000000000", "-10000000000000", "99999999999999999999999999", "NaN", "5.-1",
    ])
    func `refuses what is no amount`(_ text: String) {
        #expect(Money(text) == nil)
    }

    @Test func `writes any Int64`() {
        #expect(Money(rawValue: .max).description == "92233720368547758.07")
        #expect(Money(rawValue: .min).description == "-92233720368547758.08")
    }

    @Test func `reads what it writes`() {
        for fen in stride(
            from: -Money.limit.rawValue,
            through: Money.limit.rawValue,
            by: 1_000_000_007_377
        ) {
            #expect(Money(Money(rawValue: fen).description)?.rawValue == fen)
        }
    }

    @Test func `reckons`() {
        let price = Money(rawValue: 2_999)
        #expect(price + Money(rawValue: 1) == Money(rawValue: 3_000))
        #expect(price - Money(rawValue: 3_000) == Money(rawValue: -1))
        #expect(-price == Money(rawValue: -2_999))
        #expect(price.multiplying(by: -3) == Money(rawValue: -8_997))
        #expect(-price < .zero)
        var sum = Money.zero
        sum += price
        sum -= Money(rawValue: 999)
        #expect(sum == Money(rawValue: 2_000))
    }

    @Test func `stops at the bounds`() {
        #expect(Money(rawValue: .max) + Money(rawValue: 1) == Money(rawValue: .max))
        #expect(Money(rawValue: .min) - Money(rawValue: 1) == Money(rawValue: .min))
        #expect(-Money(rawValue: .min) == Money(rawValue: .max))
        #expect(Money.limit.multiplying(by: 1_000_000) == nil)
    }
}
