// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

/// Makes the demo's customers.
struct Customers {
    private let seed: UInt64
    private let calendar: DemoCalendar
    private let assortment: Assortment
    private var phones = PhoneBook()
    private var firms: Set<String> = []

    init(seed: UInt64, _ calendar: DemoCalendar, _ assortment: Assortment) {
        self.seed = seed
        self.calendar = calendar
        self.assortment = assortment
    }

    /// Makes the customer of that number, from 1.
    mutating func make(_ number: Int) -> DemoCustomer {
        var random = SplitMix64(seed: seed, stream: number)
        // The firm's own shops are customers too (M03, 内部客户).
        let isInternal = number % 500 == 7
        let isFirm = isInternal || random.happens(0.26)
        let city = City.draw(&random)
        let habits = Habits(&random, isFirm: isFirm, isInternal: isInternal, assortment)
        let joinedAt = joined(&random)
        let person = PersonName(&random)
        let details: CustomerDetails
        var people: [DemoPerson] = []
        if isInternal {
            details = shop(number, in: city, &random)
        } else if isFirm {
            details = firm(number, in: city, habits, &random)
            people = DemoPerson.draw(&random, first: person, &phones)
        } else {
            details = self.person(person, number, in: city, habits, &random)
        }
        return DemoCustomer(
            number: number,
            details: details,
            polite: isFirm ? person.polite + "（\(details.name)）" : person.polite,
            people: people,
            joinedAt: joinedAt,
            habits: habits
        )
    }

    /// Two of five were customers before the orders begin.
    private func joined(_ random: inout SplitMix64) -> Instant {
        let isOld = random.happens(0.4)
        let day = isOld ? -365 * random.fraction() : random.fraction() * Double(calendar.days - 1)
        let start = calendar.zone.day(of: calendar.instant(day: day))
        return calendar.instant(&random, on: start, .firm)
    }

    private mutating func person(
        _ person: PersonName,
        _ number: Int,
        in city: City,
        _ habits: Habits,
        _ random: inout SplitMix64
    ) -> CustomerDetails {
        var phones = [self.phones.mobile(&random, label: "mobile")]
        if random.happens(0.12) { phones.append(self.phones.mobile(&random, label: "work")) }
        if random.happens(0.1) {
            phones.append(self.phones.landline(&random, in: city, label: "home"))
        }
        return CustomerDetails(
            kind: .individual,
            name: person.full,
            externalID: DemoCustomer.externalID(number),
            phones: phones.compactMap { $0 },
            emails: random.happens(0.45) ? [Self.email("c\(number)", &random)] : [],
            source: CustomerSource(&random, of: .individual),
            ownerID: random.happens(0.7) ? DemoStaff.owner(&random) : nil,
            tags: tags(of: city, habits, &random),
            profile: random.happens(0.3) ? profile(of: person, in: city, habits, &random) : nil
        )
    }

    private mutating func firm(
        _ number: Int,
        in city: City,
        _ habits: Habits,
        _ random: inout SplitMix64
    ) -> CustomerDetails {
        let trade = Trade.draw(&random)
        var name = EnterpriseNames.draw(&random, of: trade, in: city)
        while !firms.insert(name).inserted {
            name = EnterpriseNames.draw(&random, of: trade, in: city)
        }
        var phones = [self.phones.landline(&random, in: city, label: "office")]
        if random.happens(0.75) { phones.append(self.phones.mobile(&random, label: "contact")) }
        if random.happens(0.2) {
            phones.append(self.phones.landline(&random, in: city, label: "warehouse"))
        }
        let limit = Money(yuan: (habits.size * 20).rounded(.up) * 1_000)
        return CustomerDetails(
            kind: .enterprise,
            role: trade.isDealer ? .intermediary : .end,
            name: name,
            externalID: DemoCustomer.externalID(number),
            phones: phones.compactMap { $0 },
            emails: random.happens(0.8) ? [Self.email("purchasing\(number)", &random)] : [],
            source: CustomerSource(&random, of: .enterprise),
            ownerID: DemoStaff.owner(&random),
            tags: tags(of: city, habits, &random) + [trade.name],
            creditLimit: habits.paysOnCredit ? limit : nil,
            profile: random.happens(0.45) ? profile(of: trade, in: city, &random) : nil
        )
    }

    private mutating func shop(
        _ number: Int,
        in city: City,
        _ random: inout SplitMix64
    ) -> CustomerDetails {
        CustomerDetails(
            kind: .enterprise,
            role: .internal,
            name: "本公司\(city.name)门店（\(number.padded(to: 4))）",
            externalID: DemoCustomer.externalID(number),
            phones: [phones.landline(&random, in: city, label: "office")].compactMap { $0 },
            source: CustomerSource(channel: .other, detail: "自营门店"),
            ownerID: DemoStaff.owners.lowerBound,
            tags: ["自营", city.region]
        )
    }

    private func tags(
        of city: City,
        _ habits: Habits,
        _ random: inout SplitMix64
    ) -> [String] {
        var tags = [city.region]
        if habits.size > 2.2 { tags.append("大单") }
        if habits.ordersPerYear > 15 { tags.append("常购") }
        if random.happens(0.06) { tags.append("老客户介绍") }
        return tags
    }

    /// In domains that are reserved for examples (RFC 2606, section 3).
    private static func email(_ name: String, _ random: inout SplitMix64) -> String {
        name + "@example." + random.pick(["com", "net", "org"])
    }

    private func profile(
        of person: PersonName,
        in city: City,
        _ habits: Habits,
        _ random: inout SplitMix64
    ) -> String {
        let profile: JSON = [
            "basic": [
                "gender": .string(person.isFemale ? "女" : "男"),
                "birthYear": .integer(calendar.today.year - random.number(in: 22...68)),
                "city": .string(city.name),
            ],
            "consumption": [
                "favouriteCategory": .string(habits.categories[0]),
                "priceSensitivity": .string(random.pick(["低", "中", "高"])),
            ],
        ]
        return profile.text
    }

    private func profile(
        of trade: Trade,
        in city: City,
        _ random: inout SplitMix64
    ) -> String {
        let staff = Int(random.logNormal(median: 60, spread: 1.1)) + 5
        let profile: JSON = [
            "basic": ["industry": .string(trade.name), "city": .string(city.name)],
            "businessStatus": [
                "employees": .integer(staff),
                "foundedYear": .integer(calendar.today.year - random.number(in: 3...28)),
            ],
        ]
        return profile.text
    }
}

extension CustomerSource {
    /// One of the channels of M05 (信息收集渠道), as often as the kind of customer comes through it.
    fileprivate init(_ random: inout SplitMix64, of kind: Customer.Kind) {
        let channels = kind == .enterprise ? Self.ofFirms : Self.ofPeople
        let channel = channels.draw(&random)
        self.init(channel: channel, detail: Self.details[channel].map { random.pick($0) })
    }

    private static let ofPeople = Weighted<Channel>([
        (.website, 30), (.pointOfSale, 26), (.marketingEvent, 12), (.service, 7), (.media, 7),
        (.survey, 4), (.fair, 3), (.complaint, 1), (.list, 3), (.bank, 1), (.other, 6),
    ])

    private static let ofFirms = Weighted<Channel>([
        (.fair, 26), (.website, 20), (.registry, 10), (.service, 8), (.media, 5), (.list, 7),
        (.consultancy, 5), (.bank, 4), (.marketingEvent, 6), (.survey, 2), (.other, 7),
    ])

    private static let details: [Channel: [String]] = [
        .fair: ["礼品家居展", "办公用品博览会", "酒店用品展"], .website: ["官网留言", "网上商城注册"],
        .marketingEvent: ["新品品鉴会", "社区团购日", "周年庆"], .media: ["行业杂志广告", "短视频投放"],
        .other: ["老客户介绍", "合作伙伴推荐", "行业协会"], .registry: ["工商公开名录"],
    ]
}
