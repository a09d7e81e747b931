extension ProbeSet {
    /// Sums, and word problems of one to four steps.
    static let numbers = #"""
        {"id": "number-001", "kind": "number", "prompt": "What is 347 + 586?", "answer": "933"}
        {"id": "number-002", "kind": "number", "prompt": "Compute 902 - 478. Give the number only.", "answer": "424"}
        {"id": "number-003", "kind": "number", "prompt": "17 * 23 = ?", "answer": "391"}
        {"id": "number-004", "kind": "number", "prompt": "What is 1248 / 8? Reply with just the number.", "answer": "156"}
        {"id": "number-005", "kind": "number", "prompt": "Work out 64 - 3 * 17.", "answer": "13"}
        {"id": "number-006", "kind": "number", "prompt": "What is (45 + 27) / 9? Give the number only.", "answer": "8"}
        {"id": "number-007", "kind": "number", "prompt": "Calculate 15% of 240.", "answer": "36"}
        {"id": "number-008", "kind": "number", "prompt": "What is 2.5 * 14? Reply with just the number.", "answer": "35"}
        {"id": "number-009", "kind": "number", "prompt": "Evaluate 6 * (19 - 11) + 5.", "answer": "53"}
        {"id": "number-010", "kind": "number", "prompt": "What is 1000 - 273 - 438? Give the number only.", "answer": "289"}
        {"id": "number-011", "kind": "number", "prompt": "What is three quarters of 148?", "answer": "111"}
        {"id": "number-012", "kind": "number", "prompt": "Add up 19, 28, 37 and 46. Reply with just the number.", "answer": "130"}
        {"id": "number-013", "kind": "number", "prompt": "What is 48 * 52?", "answer": "2496"}
        {"id": "number-014", "kind": "number", "prompt": "What remains when 137 is divided by 12? Give the number only.", "answer": "5"}
        {"id": "number-015", "kind": "number", "prompt": "What is 7 squared plus 11 squared?", "answer": "170"}
        {"id": "number-016", "kind": "number", "prompt": "What is -18 + 45? Reply with just the number.", "answer": "27"}
        {"id": "number-017", "kind": "number", "prompt": "What is 3/4 + 1/8, as a decimal?", "answer": "0.875"}
        {"id": "number-018", "kind": "number", "prompt": "How much is 12.75 + 8.6? Give the number only.", "answer": "21.35"}
        {"id": "number-019", "kind": "number", "prompt": "What is half of 3,530?", "answer": "1765"}
        {"id": "number-020", "kind": "number", "prompt": "What is 29 * 31 - 800? Reply with just the number.", "answer": "99"}
        {"id": "number-021", "kind": "number", "prompt": "Compute 84 / 7 * 5 - 13.", "answer": "47"}
        {"id": "number-022", "kind": "number", "prompt": "What is the average of 14, 23, 35 and 40? Give the number only.", "answer": "28"}
        {"id": "number-023", "kind": "number", "prompt": "A bakery makes 24 trays of 18 rolls every morning and sells 395 rolls by noon. How many rolls are left? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "37"}
        {"id": "number-024", "kind": "number", "prompt": "Nadia reads 35 pages on Monday and twice as many on Tuesday. Her book has 180 pages. How many pages are still unread? Give just the number, without a unit.", "answer": "75"}
        {"id": "number-025", "kind": "number", "prompt": "A ferry carries 46 cars per trip and makes 7 trips a day. How many cars does it carry in 3 days?\nReply with the number only.", "answer": "966"}
        {"id": "number-026", "kind": "number", "prompt": "Tickets cost 12 euros for adults and 7 euros for children. What do 3 adults and 5 children pay together? End your answer with a line \"Answer: \" and the number.", "answer": "71"}
        {"id": "number-027", "kind": "number", "prompt": "A tank holds 560 litres. A pump empties 35 litres a minute. After how many minutes is the tank empty? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "16"}
        {"id": "number-028", "kind": "number", "prompt": "Rashid saves 45 dollars each week. He already has 130 dollars and wants a bicycle for 490 dollars. How many weeks must he save?\nGive just the number, without a unit.", "answer": "8"}
        {"id": "number-029", "kind": "number", "prompt": "A rectangular field is 65 metres long and 40 metres wide. How many metres of fence go around it? Reply with the number only.", "answer": "210"}
        {"id": "number-030", "kind": "number", "prompt": "Of 240 seeds, five eighths sprout. How many do not sprout? End your answer with a line \"Answer: \" and the number.", "answer": "90"}
        {"id": "number-031", "kind": "number", "prompt": "A shirt costs 48 dollars and is reduced by 25 percent. What does it cost now, in dollars?\nThink step by step, and give the result in the last line as \"Answer: ...\".", "answer": "36"}
        {"id": "number-032", "kind": "number", "prompt": "A bus leaves with 52 passengers. At the first stop 17 get off and 9 get on; at the second stop 13 get off and 21 get on. How many passengers are on the bus then? Give just the number, without a unit.", "answer": "52"}
        {"id": "number-033", "kind": "number", "prompt": "Six friends share a bill of 138 dollars equally. One of them pays with a 50 dollar note. How many dollars does she get back? Reply with the number only.", "answer": "27"}
        {"id": "number-034", "kind": "number", "prompt": "Marta is 4 years older than Piet, and Piet is twice as old as Sven, who is 9. How old is Marta?\nEnd your answer with a line \"Answer: \" and the number.", "answer": "22"}
        {"id": "number-035", "kind": "number", "prompt": "A train travels at 84 kilometres per hour. How many kilometres does it cover in 2 and a half hours? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "210"}
        {"id": "number-036", "kind": "number", "prompt": "A crate of 30 bottles weighs 42 kilograms; the empty crate weighs 6 kilograms. How many kilograms does one bottle weigh? Give just the number, without a unit.", "answer": "1.2"}
        {"id": "number-037", "kind": "number", "prompt": "A library lends 118 books on Friday, 47 more than that on Saturday, and none on Sunday. How many books does it lend on these three days?\nReply with the number only.", "answer": "283"}
        {"id": "number-038", "kind": "number", "prompt": "Two painters need 6 days for a house. How many days would one painter need alone, at the same pace? End your answer with a line \"Answer: \" and the number.", "answer": "12"}
        {"id": "number-039", "kind": "number", "prompt": "A recipe for 4 people needs 300 grams of rice. How many grams are needed for 14 people? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "1050"}
        {"id": "number-040", "kind": "number", "prompt": "A shop buys 60 lamps for 9 dollars each and sells them for 16 dollars each. 4 lamps break and cannot be sold. What is the profit in dollars?\nGive just the number, without a unit.", "answer": "356"}
        {"id": "number-041", "kind": "number", "prompt": "An elevator may carry 630 kilograms. How many people of 70 kilograms can ride if there is already a box of 140 kilograms inside? Reply with the number only.", "answer": "7"}
        {"id": "number-042", "kind": "number", "prompt": "The film starts at 19:45 and lasts 138 minutes. How many minutes after 22:00 does it end? End your answer with a line \"Answer: \" and the number.", "answer": "3"}
        {"id": "number-043", "kind": "number", "prompt": "A farmer has 3 fields with 112 apple trees each. A storm fells 49 trees. Each remaining tree bears 20 kilograms. How many kilograms does he harvest?\nThink step by step, and give the result in the last line as \"Answer: ...\".", "answer": "5740"}
        {"id": "number-044", "kind": "number", "prompt": "A class of 28 pupils has 6 more girls than boys. How many boys are there? Give just the number, without a unit.", "answer": "11"}
        {"id": "number-045", "kind": "number", "prompt": "Yusuf runs 5 kilometres on each weekday and 12 kilometres on each day of the weekend. How many kilometres does he run in 2 weeks? Reply with the number only.", "answer": "98"}
        {"id": "number-046", "kind": "number", "prompt": "A rope of 7.2 metres is cut into pieces of 45 centimetres. How many pieces are there?\nEnd your answer with a line \"Answer: \" and the number.", "answer": "16"}
        {"id": "number-047", "kind": "number", "prompt": "One pen costs 3 dollars more than one pencil. Together they cost 5 dollars. What does the pen cost, in dollars? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "4"}
        {"id": "number-048", "kind": "number", "prompt": "A printer prints 24 pages a minute. How many seconds does it need for 30 pages? Give just the number, without a unit.", "answer": "75"}
        {"id": "number-049", "kind": "number", "prompt": "In a car park stand 27 cars and 14 motorbikes. How many wheels is that?\nReply with the number only.", "answer": "136"}
        {"id": "number-050", "kind": "number", "prompt": "Olga had 500 dollars. She spent two fifths on rent and a third of the rest on food. How many dollars are left? End your answer with a line \"Answer: \" and the number.", "answer": "200"}
        {"id": "number-051", "kind": "number", "prompt": "A parcel service charges 4 dollars per parcel plus 2 dollars per kilogram. What does a parcel of 11 kilograms cost, in dollars? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "26"}
        {"id": "number-052", "kind": "number", "prompt": "A hen lays 5 eggs a week. How many weeks do 8 hens need for 320 eggs?\nGive just the number, without a unit.", "answer": "8"}
        {"id": "number-053", "kind": "number", "prompt": "A pool is filled by two pipes, one with 90 litres a minute and one with 60. It holds 13,500 litres. After how many minutes is it full? Reply with the number only.", "answer": "90"}
        {"id": "number-054", "kind": "number", "prompt": "In a quiz a right answer gives 5 points and a wrong one takes away 2. Ines answers 14 questions right and 6 wrong. How many points has she? End your answer with a line \"Answer: \" and the number.", "answer": "58"}
        {"id": "number-055", "kind": "number", "prompt": "A staircase has 3 flights with 14 steps each, and one more with 9. Noor goes up and down twice. How many steps does she take?\nThink step by step, and give the result in the last line as \"Answer: ...\".", "answer": "204"}
        {"id": "number-056", "kind": "number", "prompt": "A phone plan costs 15 dollars a month and 10 cents per minute. What does a month with 85 minutes cost, in dollars? Give just the number, without a unit.", "answer": "23.5"}
        {"id": "number-057", "kind": "number", "prompt": "A box holds 12 jars. A cellar has 9 full boxes and one box with only 5 jars. 38 jars are given away. How many jars remain? Reply with the number only.", "answer": "75"}
        {"id": "number-058", "kind": "number", "prompt": "The sum of two numbers is 61 and one of them is 17 larger than the other. What is the smaller number?\nEnd your answer with a line \"Answer: \" and the number.", "answer": "22"}
        {"id": "number-059", "kind": "number", "prompt": "A cyclist rides 18 kilometres in 45 minutes. How many kilometres per hour is that? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "24"}
        {"id": "number-060", "kind": "number", "prompt": "A ream has 500 sheets. An office uses 65 sheets a day. How many sheets are left of 3 reams after 20 days? Give just the number, without a unit.", "answer": "200"}
        {"id": "number-061", "kind": "number", "prompt": "Every 4 minutes a tram leaves. The first leaves at 6:00. How many trams have left by 6:30, counting the first?\nReply with the number only.", "answer": "8"}
        {"id": "number-062", "kind": "number", "prompt": "A worker earns 14 dollars an hour and one and a half times as much on Sundays. What does she earn for 30 hours on weekdays and 6 hours on a Sunday, in dollars? End your answer with a line \"Answer: \" and the number.", "answer": "546"}
        {"id": "number-063", "kind": "number", "prompt": "A garden has 4 rows of 15 tulips and 6 rows of 11 roses. How many more roses than tulips are there? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "6"}
        {"id": "number-064", "kind": "number", "prompt": "After a discount of 20 percent a lamp costs 64 dollars. What did it cost before, in dollars?\nGive just the number, without a unit.", "answer": "80"}
        {"id": "number-065", "kind": "number", "prompt": "Paolo picks 3 baskets of 26 figs. He eats 8 and shares the rest equally with his sister. How many figs does each of them get? Reply with the number only.", "answer": "35"}
        {"id": "number-066", "kind": "number", "prompt": "A clock loses 3 minutes every day. It is set right on the first day of a month at noon. By how many minutes is it slow 30 days later? End your answer with a line \"Answer: \" and the number.", "answer": "90"}
        {"id": "number-067", "kind": "number", "prompt": "A square has an area of 196 square centimetres. How many centimetres long is its perimeter?\nThink step by step, and give the result in the last line as \"Answer: ...\".", "answer": "56"}
        {"id": "number-068", "kind": "number", "prompt": "Four chairs and a table cost 310 dollars. The table costs 150 dollars. What does one chair cost, in dollars? Give just the number, without a unit.", "answer": "40"}
        {"id": "number-069", "kind": "number", "prompt": "A truck brings 8 pallets of 45 bags. Each bag holds 25 kilograms of cement. How many tonnes is that? Reply with the number only.", "answer": "9"}
        {"id": "number-070", "kind": "number", "prompt": "Kofi has 84 stamps, a quarter of them from Ghana and 35 from Togo. How many are from elsewhere?\nEnd your answer with a line \"Answer: \" and the number.", "answer": "28"}
        {"id": "number-071", "kind": "number", "prompt": "A song lasts 3 minutes and 40 seconds. How many seconds do 6 plays of it last? Think step by step, and give the result in the last line as \"Answer: ...\".", "answer": "1320"}
        {"id": "number-072", "kind": "number", "prompt": "A swimmer does 40 lengths of a 25 metre pool, rests, and does 36 more. How many metres does she swim? Give just the number, without a unit.", "answer": "1900"}
        {"id": "number-bumble-01", "kind": "number", "prompt": "Problem: Aom has 22 maps. Ann has 11 more than Aom. How many maps do they have together?", "answer": "55"}
        {"id": "number-bumble-02", "kind": "number", "prompt": "Finn starts with 18 oranges. He eats 17. How many oranges are left with Finn?", "answer": "1"}
        {"id": "number-bumble-03", "kind": "number", "prompt": "Ueh has 15 spoons. Kim has 4 more than Ueh. How many spoons do they have together?", "answer": "34"}
        {"id": "number-bumble-04", "kind": "number", "prompt": "Problem: A train has 8 cars with 9 seats each. 3 people sit down, one per seat. How many seats are free?", "answer": "69"}
        {"id": "number-bumble-05", "kind": "number", "prompt": "Luna buys 5 hats for 12 dollars each and has 66 dollars. How much money is left?", "answer": "6"}
        {"id": "number-bumble-06", "kind": "number", "prompt": "28 + 7 * 3", "answer": "49"}
        {"id": "number-bumble-07", "kind": "number", "prompt": "Vic has 21 sweets. She gives 20 to Rosa. How many sweets does Vic have?", "answer": "1"}
        {"id": "number-bumble-08", "kind": "number", "prompt": "Oscar reads 4 pages a day for 8 days, then 3 more pages. How many pages does Oscar read?", "answer": "35"}
        {"id": "number-bumble-09", "kind": "number", "prompt": "Mia starts with 21 plums. Then the number of plums doubles. She finds 25 more. She buys 20 more plums. How many plums does Mia have now?", "answer": "87"}
        {"id": "number-bumble-10", "kind": "number", "prompt": "Clara has 38 buttons. He buys 6 more buttons. He gives 39 to Zoe. How many buttons are left with Clara?", "answer": "5"}
        {"id": "number-bumble-11", "kind": "number", "prompt": "Compute 95 - 55", "answer": "40"}
        {"id": "number-bumble-12", "kind": "number", "prompt": "What is (10 + 10) * 7?", "answer": "140"}
        {"id": "number-bumble-13", "kind": "number", "prompt": "Solve 12 + 33", "answer": "45"}
        {"id": "number-bumble-14", "kind": "number", "prompt": "21 * 2 = ?", "answer": "42"}
        {"id": "number-bumble-15", "kind": "number", "prompt": "Compute 49 + 59", "answer": "108"}
        {"id": "number-bumble-16", "kind": "number", "prompt": "Compute 98 + 10", "answer": "108"}
        {"id": "number-bumble-17", "kind": "number", "prompt": "Emma starts with 60 stones. He throws away 3. Rmsy gives him 17 more. How many stones does Emma have now?", "answer": "74"}
        {"id": "number-bumble-18", "kind": "number", "prompt": "27 + 9 * 2 = ?", "answer": "45"}
        {"id": "number-bumble-19", "kind": "number", "prompt": "57 - 12 + 24", "answer": "69"}
        {"id": "number-bumble-20", "kind": "number", "prompt": "Udolanwd has 5 marbles. Ivy has 12 more than Udolanwd. How many marbles do Udolanwd and Ivy have in total?", "answer": "22"}
        {"id": "number-bumble-21", "kind": "number", "prompt": "Evaluate 97 - 38.", "answer": "59"}
        {"id": "number-bumble-22", "kind": "number", "prompt": "Wes starts with 31 pears. She buys 11 more pears. How many pears are left with Wes?", "answer": "42"}
        {"id": "number-bumble-23", "kind": "number", "prompt": "Solve (16 + 2) * 3", "answer": "54"}
        {"id": "number-bumble-24", "kind": "number", "prompt": "Aiko has 6 bags with 11 oranges each and 2 loose oranges. How many oranges does Aiko have?", "answer": "68"}
        {"id": "number-bumble-25", "kind": "number", "prompt": "Max has 18 shells. Clara has 5 more than Max. How many shells do they have together?", "answer": "41"}
        {"id": "number-bumble-26", "kind": "number", "prompt": "Calculate 57 + 14 - 17.", "answer": "54"}
        {"id": "number-bumble-27", "kind": "number", "prompt": "Compute 61 + 59", "answer": "120"}
        {"id": "number-bumble-28", "kind": "number", "prompt": "There are 26 sweets in Wes's box. Wes takes out 19. Gus takes 4 sweets. How many sweets are in the box now?", "answer": "3"}
        {"id": "number-bumble-29", "kind": "number", "prompt": "Jack starts with 9 books. Cid gives him 29 more. Then the number of books is multiplied by 3. Cid gives him 7 more. How many books does Jack have now?", "answer": "121"}
        {"id": "number-bumble-30", "kind": "number", "prompt": "Sam starts with 25 stones. He sells 4 stones. Yara gives him 21 more. How many stones are left with Sam?", "answer": "42"}
        {"id": "number-bumble-31", "kind": "number", "prompt": "282 - 39", "answer": "243"}
        {"id": "number-bumble-32", "kind": "number", "prompt": "How much is 291 - 246?", "answer": "45"}
        {"id": "number-bumble-33", "kind": "number", "prompt": "Lena starts with 28 eggs. He sells 16 eggs. He sells 11 eggs. He finds 2 more. How many eggs are left with Lena?", "answer": "3"}
        {"id": "number-bumble-34", "kind": "number", "prompt": "Can you calculate 12 x 4?", "answer": "48"}
        {"id": "number-bumble-35", "kind": "number", "prompt": "Please solve. Frank starts with 34 balls. She loses 23. She throws away 6. She finds 28 more. How many balls does Frank have?", "answer": "33"}
        {"id": "number-bumble-36", "kind": "number", "prompt": "Problem: Bob has 27 balls. She loses 25. She buys 25 more balls. How many balls are left with Bob?", "answer": "27"}
        {"id": "number-bumble-37", "kind": "number", "prompt": "Question: A nut costs 9 dollars. Ron buys 9 nuts and pays with 107 dollars. How much change does Ron get?", "answer": "26"}
        {"id": "number-bumble-38", "kind": "number", "prompt": "Calculate 24 + 8 - 8.", "answer": "24"}
        {"id": "number-bumble-39", "kind": "number", "prompt": "Calculate 50 - 38.", "answer": "12"}
        {"id": "number-bumble-40", "kind": "number", "prompt": "Max starts with 9 coins. She loses 3. She sells 4 coins. Then the number of coins is multiplied by 3. How many coins does Max have?", "answer": "6"}
        """#
}
