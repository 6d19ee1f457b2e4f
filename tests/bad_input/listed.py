"""Lines of the list of hostile files that no table of cases has: where they are tested, or why they are no file."""

from __future__ import annotations

# By line: the file under tests/, and the test or the case in it.
ELSEWHERE: dict[int, tuple[str, str]] = {
    3: ("bad_input/test_what_is_unusual_and_right.py", '"byte order mark"'),  # taken: UTF-8 all the same
    12: ("bad_input/test_what_is_unusual_and_right.py", '"CR only"'),  # taken: every line end means one thing
    18: ("bad_input/test_what_is_unusual_and_right.py", '"letters that look alike"'),  # taken, by folding
    21: ("bad_input/test_bad_values_are_rejected.py", '"dot between thousands"'),
    22: ("bad_input/test_bad_values_are_rejected.py", '"hard space between thousands"'),
    23: ("bad_input/test_bad_values_are_rejected.py", '"fraction", "Саны", "1,5"'),
    24: ("bad_input/test_bad_values_are_rejected.py", '"year first"'),  # what is declared is taken, any other is not
    25: ("bad_input/test_bad_values_are_rejected.py", '"month first"'),
    26: ("bad_input/test_bad_values_are_rejected.py", '"Excel\'s serial number"'),
    27: ("bad_input/test_bad_values_are_rejected.py", '"day that does not exist"'),
    28: ("bad_input/test_bad_values_are_rejected.py", '"digits of Arabic"'),
    29: ("bad_input/test_bad_values_are_rejected.py", '"digits of full width"'),
    30: ("bad_input/test_bad_values_are_rejected.py", '"formula for a number"'),
    39: ("bad_input/test_bad_values_are_rejected.py", '"negative count"'),
    40: ("bad_input/test_bad_values_are_rejected.py", '"NaN", "Саны"'),
    41: ("bad_input/test_bad_values_are_rejected.py", '"hexadecimal"'),
    42: ("bad_input/test_bad_values_are_rejected.py", '"one more than 64 bits hold"'),
    43: ("bad_input/test_bad_values_are_rejected.py", '"fraction with a dot"'),
    44: ("bad_input/test_bad_values_are_rejected.py", '"a word for nothing that is not declared"'),
    45: ("bad_input/test_nothing_wrong_is_published.py", "test_identical_rows_are_one_fact_with_a_note"),
    46: ("bad_input/test_nothing_wrong_is_published.py", "test_of_rows_that_contradict_each_other_none_is_published"),
    47: ("bad_input/test_nothing_wrong_is_published.py", "test_some_rows_of_another_state_are_rejected"),
    48: ("bad_input/test_bad_values_are_rejected.py", '"day to come"'),  # no later than today; the period: see below
    49: ("bad_input/test_bad_values_are_rejected.py", '"row of totals"'),
    52: (
        "bad_input/test_nothing_wrong_is_published.py",
        "test_a_note_by_which_a_person_can_be_found_waits_for_a_person_and_is_repeated_nowhere",
    ),
    53: ("validate/breaking/case_counts.py", "deaths-do-not-exceed-cases"),
    54: ("bad_input/test_bad_values_are_rejected.py", '"unknown code"'),
    57: ("bad_input/test_what_is_unusual_and_right.py", '"columns in another order"'),
    59: ("bad_input/test_unreadable_workbooks_are_refused.py", "test_a_workbook_that_lies_about_its_size_is_broken"),
    60: ("bad_input/test_unreadable_workbooks_are_refused.py", '"an entity from outside"'),
    61: ("bad_input/test_unreadable_workbooks_are_refused.py", '"entities that grow"'),
    65: ("bad_input/test_unreadable_workbooks_are_refused.py", '"a part twice"'),
    66: ("bad_input/test_unreadable_workbooks_are_refused.py", '"macros"'),
    67: ("bad_input/test_unreadable_workbooks_are_refused.py", '"formulas without a value"'),
    68: ("bad_input/test_unreadable_workbooks_are_refused.py", '"an error"'),
    69: ("workbook/test_what_was_written_is_read.py", "test_days_count_from_1904_where_the_workbook_says_so"),
    70: ("bad_input/test_unreadable_workbooks_are_refused.py", '"a hidden sheet"'),
    71: ("bad_input/test_what_is_unusual_and_right.py", "test_a_number_that_a_workbook_keeps_as_text_is_that_number"),
    74: ("bad_input/test_unreadable_workbooks_are_refused.py", '"an archive with a password"'),
    75: (
        "workbook/test_what_was_written_is_read.py",
        "test_a_workbook_with_a_changed_byte_says_the_same",
    ),
    85: (
        "bad_input/test_names_of_files_do_no_harm.py",
        "test_whatever_a_file_is_called_its_bytes_are_kept",
    ),
    88: ("bad_input/test_hostile_files_take_little.py", "test_a_file_over_the_limit_is_not_taken"),
    90: ("bad_input/test_nothing_wrong_is_published.py", "test_the_same_file_again_changes_nothing"),
    91: ("fold/test_fold.py", "test_old_bytes_after_their_correction_are_superseded_unless_that_is_meant"),
    97: ("report/test_as_html.py", "EVIL"),  # in every format of a report; the lake keeps what was written
    100: ("bad_input/test_zero_reports.py", '"header only"'),  # taken, where its package says so
    99: ("harmonise/test_dates.py", "2020-W53"),
}
NO_FILE: dict[int, str] = {
    86: "what a client says of the length of an upload: there is no upload by HTTP yet",
    87: "the digest that a client sends with an upload: there is no upload by HTTP yet",
    89: "resumed uploads: there are none yet",
    92: "accounts of several senders: there are none yet",
    93: "keys of senders: there are none yet",
    94: "slow connections: there is no server of ours yet",
    95: "headers of requests: there is no server of ours yet",
    96: "forms of other sites: there is no page of ours yet",
    98: "a disk that is full in the middle of an upload: receive tells it, and pull tries again",
}
