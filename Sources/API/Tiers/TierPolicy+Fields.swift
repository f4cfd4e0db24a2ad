// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension TierRules {
    static let fields: Fields<TierRules> = Fields(
        "TierRules",
        TierRules.init,
        readOnly: ["runsFrom", "version"],
        Field(
            "windowMonths",
            \.windowMonths,
            .integer(TierRules.windowRange),
            "How many calendar months of orders a run looks back on, unless it says otherwise."
        ),
        Field("keyShare", \.keyShare, .share, "Key customers bring this part of all profit."),
        Field(
            "ordinaryShare",
            \.ordinaryShare,
            .share,
            "Key and ordinary customers together bring this part of all profit."
        ),
        Field("aShare", \.aShare, .share, "Class A makes this part of all purchases."),
        Field("bShare", \.bShare, .share, "Classes A and B together make this part."),
        Field("margin", \.margin, .share, "The profit in an order whose cost is not known."),
        Field(
            "earlyAdopterDays",
            \.earlyAdopterDays,
            .integer(TierRules.earlyAdopterRange),
            default: 30,
            "Who buys a product within so many days of its launch is an early adopter."
        ),
        Field(
            optional: "runEveryDays",
            \.runEveryDays,
            .integer(TierRules.scheduleRange),
            "Every so many days a run starts by itself, at 03:00; none does if it is left out."
        )
    )
}

extension TierPolicy: Versioned {
    package static let fields: Representation<TierPolicy> = Representation(
        "TierPolicy",
        TierRules.fields.representation.lifted(\.rules) + [
            Member(
                "runsFrom",
                \.runsFrom,
                .day,
                "The first day on which a run starts by itself; absent where none does."
            ),
            Member("version", \.version, .integer(1...Int.max), "Rises with each change."),
        ]
    )
}

extension Codec where Value == Share {
    /// A fraction from 0 to 1 with at most four decimals.
    static var share: Self {
        let number = Codec<Double>.number(0...1)
        return Codec(
            schema: number.schema,
            decode: { json, decoding in
                guard let fraction = number.decode(json, &decoding) else { return nil }
                guard let share = Share(fraction: fraction) else {
                    decoding.refuse("must have at most four decimals")
                    return nil
                }
                return share
            },
            encode: { $1.double($0.fraction) }
        )
    }
}
