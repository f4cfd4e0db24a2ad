// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// Hands out phone numbers, each once, typed the ways that people type them.
struct PhoneBook {
    private var given: Set<String> = []

    mutating func mobile(_ random: inout SplitMix64, label: String) -> CustomerPhone? {
        unique(label) {
            let head = Self.prefixes.draw(&random)
            let middle = Self.digits(4, &random)
            let tail = Self.digits(4, &random)
            return switch random.number(in: 0...9) {
            case 0...4: "\(head)\(middle)\(tail)"
            case 5...7: "\(head) \(middle) \(tail)"
            case 8: "\(head)-\(middle)-\(tail)"
            default: "+86 \(head) \(middle) \(tail)"
            }
        }
    }

    mutating func landline(
        _ random: inout SplitMix64,
        in city: City,
        label: String
    ) -> CustomerPhone? {
        unique(label) {
            let number = String(random.number(in: 5...8)) + Self.digits(city.digits - 1, &random)
            return switch random.number(in: 0...5) {
            case 0...2: "\(city.areaCode)-\(number)"
            case 3: "(\(city.areaCode)) \(number)"
            case 4: "+86 \(city.areaCode.dropFirst()) \(number)"
            default: "\(city.areaCode)-\(number)-80\(Self.digits(1, &random))"
            }
        }
    }

    /// Nil only if a hundred numbers in a row had been given before.
    private mutating func unique(_ label: String, _ draw: () -> String) -> CustomerPhone? {
        for _ in 0..<100 {
            if let number = PhoneNumber(draw()), given.insert(number.e164).inserted {
                return CustomerPhone(number, label: label)
            }
        }
        return nil
    }

    private static func digits(_ count: Int, _ random: inout SplitMix64) -> String {
        String((0..<count).map { _ in Character(String(random.number(in: 0...9))) })
    }

    private static let prefixes = Weighted(
        ranked: """
            138 139 136 137 135 158 159 186 188 150 151 187 189 133 180 185 130 131 152 182 176 177 \
            132 155 156 153 181 183 178 173 199 198 166 191
            """
            .split(separator: " ").map(String.init),
        offset: 10
    )
}
