"""登记处：全部视图，按登记的次序；头一个是首页."""

from __future__ import annotations

from views.assessment_paper import AssessmentPaperView
from views.assessments import AssessmentView
from views.board import BoardView
from views.board_moves import BoardMoveView
from views.cases import VIEWS as CASE_VIEWS
from views.config_bodies import BodyView
from views.config_calendar import CalendarDayView, RuleSetView
from views.config_grids import GridView, VillageView
from views.config_holdings import HoldingView
from views.config_home import ConfigHomeView
from views.config_intake import CategoryView, ChannelView
from views.config_members import BodyMemberView
from views.config_orgs import OrgView
from views.config_people import PersonView
from views.config_platforms import PlatformView
from views.config_posts import GridMemberView, PostView
from views.config_year import CalendarYearView
from views.downloads import DownloadView
from views.exports import ExportView
from views.gallery import GalleryView
from views.health import HealthView
from views.holding_time import HoldingTimeView
from views.home import HomeView
from views.meetings import MeetingView
from views.notices import NoticeView
from views.person_rights import PersonRightsView
from views.public_case import PublicCaseView
from views.search import SearchView
from views.theme import ThemeView

VIEWS = (
    HomeView,
    HealthView,
    ConfigHomeView,
    OrgView,
    VillageView,
    GridView,
    PlatformView,
    BodyView,
    BodyMemberView,
    PostView,
    PersonView,
    HoldingView,
    HoldingTimeView,
    PersonRightsView,
    GridMemberView,
    ChannelView,
    CategoryView,
    CalendarYearView,
    CalendarDayView,
    RuleSetView,
    *CASE_VIEWS,
    BoardView,
    BoardMoveView,
    MeetingView,
    SearchView,
    PublicCaseView,
    ExportView,
    NoticeView,
    ThemeView,
    GalleryView,
    AssessmentView,
    AssessmentPaperView,
    DownloadView,
)
"""登录、口令、账号、角色的视图由 views.security 登记。"""
